import type { SubmissionKey } from '../campaign/keys';

/** A submission of which nobody knows whether Mailgun took it. */
export interface DoubtfulSubmission {
  readonly submission: SubmissionKey;
  /** The id it was sent under, without angle brackets. */
  readonly messageId: string;
  /** Address of one recipient it was for: its events carry our variables under whatever id. */
  readonly recipient: string | undefined;
  /** When the call may have been made; milliseconds since the Unix epoch, UTC. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** What Mailgun's own events say. */
export type SearchResult =
  | { readonly result: 'found'; readonly messageId: string }
  /** Everything was read and nothing is there. Counts only once Mailgun's events can be trusted. */
  | { readonly result: 'absent' }
  /** They can't be read at all: the key may not, or they are gone. */
  | { readonly result: 'unreadable'; readonly reason: string }
  /** Not now: a limit or a fault. */
  | { readonly result: 'later'; readonly untilMs: number | undefined; readonly reason: string };

/** Asks Mailgun whether it has a submission. Implemented in `adapters/mailgun`. */
export interface AcceptanceSearch {
  /**
   * Searches by message id, then by our own variables among one recipient's events; every page.
   *
   * @param deadlineMs the search is given up (`later`) at this time, milliseconds since the Unix epoch, UTC.
   */
  search(domain: string, doubtful: DoubtfulSubmission, deadlineMs: number): Promise<SearchResult>;
}
