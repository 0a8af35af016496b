import type { SuppressionReason } from './suppression';

/** An entry of a list of addresses. */
export interface ListedAddress {
  /** As Mailgun shows it. */
  readonly address: string;
  /** Milliseconds since the Unix epoch, UTC; `undefined` for a date nobody can read. */
  readonly createdAtMs: number | undefined;
  /** Unsubscribes: the tags it is limited to; `undefined` for every message. */
  readonly tags?: readonly string[];
}

/** Mailgun could not be asked, or did not do it. */
export type ProviderProblem =
  /** Not now: a limit or a fault. `untilMs` where Mailgun says how long. */
  | { readonly result: 'later'; readonly untilMs: number | undefined; readonly reason: string }
  /** Not at all: the key may not, or nothing is there. */
  | { readonly result: 'unreadable'; readonly reason: string };

/** A part of a list. */
export type ListRead<Entry> =
  | {
      readonly result: 'page';
      readonly entries: readonly Entry[];
      readonly next: string | undefined;
    }
  | ProviderProblem;

/**
 * Mailgun's own lists of whom a domain must not mail. Implemented in `adapters/mailgun`.
 *
 * Every method throws {@link TransientError} when the secret can't be read.
 */
export interface ProviderLists {
  /**
   * Reads a part of a list.
   *
   * @param place the `next` of the part before, `undefined` for the first. It may hold an address.
   * @param deadlineMs the call is given up at this time; milliseconds since the Unix epoch, UTC.
   */
  read(
    list: { readonly domain: string; readonly reason: SuppressionReason },
    place: string | undefined,
    deadlineMs: number,
  ): Promise<ListRead<ListedAddress>>;

  /** Reads a part of the allowlist: addresses and domains, as Mailgun shows them. */
  readAllowlist(
    domain: string,
    place: string | undefined,
    deadlineMs: number,
  ): Promise<ListRead<string>>;

  /** What the lists say of one address. */
  find(
    domain: string,
    address: string,
    deadlineMs: number,
  ): Promise<
    | {
        readonly result: 'found';
        readonly entries: Readonly<Partial<Record<SuppressionReason, ListedAddress>>>;
      }
    | ProviderProblem
  >;

  /**
   * Takes an address off every list, for every tag. Done again, it changes nothing.
   *
   * @returns which lists had it; a problem leaves it on some of them.
   */
  remove(
    domain: string,
    address: string,
    deadlineMs: number,
  ): Promise<
    { readonly result: 'removed'; readonly from: readonly SuppressionReason[] } | ProviderProblem
  >;
}
