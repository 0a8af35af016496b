/** What a domain may send. */
export interface GovernorSettings {
  /** Most recipients a second; may be a fraction. */
  readonly recipientsPerSecond: number;
  /** Most recipients on a day (UTC); `undefined` for no limit of ours. */
  readonly recipientsPerDay?: number | undefined;
  /** A domain whose reputation is being built: a budget a day, from a curve. */
  readonly warmUp?:
    | {
        /** First day, `YYYY-MM-DD`, UTC. */
        readonly startsOn: string;
        /** Recipients on the first, second, … day. After the last, `recipientsPerDay` applies alone. */
        readonly curve: readonly number[];
      }
    | undefined;
}

/** Whether so many recipients may be sent to now. */
export type Take =
  | { readonly take: 'granted' }
  /** Not before this time; milliseconds since the Unix epoch, UTC. */
  | { readonly take: 'wait'; readonly untilMs: number; readonly reason: 'rate' | 'day' }
  /** More than what is left of the day, which is this many (1 or more). */
  | { readonly take: 'tooMany'; readonly left: number };

/** What is known of a domain's allowance, for people. */
export interface AllowanceRecord {
  /** Recipients a second now: the configured rate, or less after Mailgun's limits were met. */
  readonly recipientsPerSecond: number;
  /** Recipients sent to today, UTC. */
  readonly usedToday: number;
  /** The day's budget; `undefined` for none. */
  readonly budgetToday: number | undefined;
}

/**
 * Keeps a domain within its rate and its daily budget, for all workers at once. Implemented in
 * `adapters/dynamodb`, each step one conditional write of one item.
 *
 * Every method throws {@link TransientError} when the store can't be read or written: the caller
 * makes no call then.
 */
export interface Governor {
  take(domain: string, recipients: number, nowMs: number): Promise<Take>;

  /** Gives the day's share back for a call that Mailgun certainly did not take. */
  giveBack(domain: string, recipients: number, takenAtMs: number): Promise<void>;

  /**
   * Mailgun's limit was met: halves the rate, once however many workers met it at the same time.
   * It grows back with time.
   */
  slowDown(domain: string, nowMs: number): Promise<void>;

  read(domain: string, nowMs: number): Promise<AllowanceRecord>;
}
