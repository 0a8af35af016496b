import type { JsonObject } from '../json';

/** The events of one message. */
export interface LogQuery {
  /** Mailgun sending domain. */
  readonly domain: string;
  /** Without angle brackets. */
  readonly messageId: string;
  /** When the message was handed over; no event of it is older. Milliseconds since the Unix epoch, UTC. */
  readonly calledAtMs: number;
}

/** A part of Mailgun's own record. */
export type LogRead =
  | {
      readonly result: 'page';
      /** In the shape of a webhook's `event-data`. May hold events of other messages. */
      readonly events: readonly JsonObject[];
      /** Where the record goes on; opaque. `undefined` where it certainly does not. */
      readonly next: string | undefined;
    }
  /** Not now: a limit or a fault. */
  | { readonly result: 'later'; readonly untilMs: number | undefined; readonly reason: string }
  /** Not at all: the key may not read events, or there is none. */
  | { readonly result: 'unreadable'; readonly reason: string };

/**
 * Mailgun's own record of what became of a message. Complete only some time after the event, and
 * for as long as Mailgun keeps events. Implemented in `adapters/mailgun`.
 */
export interface EventLog {
  /**
   * Reads one page of everything that may count: deliveries, failures, engagement, complaints,
   * unsubscribes. Pages may overlap, and an empty one is not certainly the last.
   *
   * @param place what an earlier page named as its `next`; `undefined` begins.
   * @param deadlineMs the read is given up (`later`) at this time, milliseconds since the Unix epoch, UTC.
   */
  read(query: LogQuery, place: string | undefined, deadlineMs: number): Promise<LogRead>;
}
