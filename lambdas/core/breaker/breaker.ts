/** When a domain's breaker opens, and for how long. */
export interface BreakerSettings {
  /** Calls are counted over two halves of this window, in milliseconds. */
  readonly windowMs: number;
  /** Fewer faults in the window never open it, whatever their share. */
  readonly minimumFaults: number;
  /** Share of faults in the window that opens it, 0 to 1. */
  readonly faultRate: number;
  /** First cool-down, in milliseconds; it doubles each time the probe fails or the breaker opens again soon. */
  readonly coolDownMs: number;
  /** Longest cool-down, in milliseconds. */
  readonly longestCoolDownMs: number;
}

/** Whether a call may be made. */
export type Admission =
  | { readonly admission: 'closed' }
  /** The one call of a half-open period; its result decides. The lease expires with its worker. */
  | { readonly admission: 'probe'; readonly probeToken: string }
  /** No call before this time; milliseconds since the Unix epoch, UTC. */
  | { readonly admission: 'open'; readonly untilMs: number; readonly openSinceMs: number };

/** What a call said of the provider: any answer at all is `answered`, refusals and limits too. */
export type CallResult = 'answered' | 'fault';

/** What a result did to the breaker. */
export type BreakerChange =
  | { readonly change: 'none' }
  /** This call opened it; exactly one caller learns so. */
  | {
      readonly change: 'opened';
      readonly untilMs: number;
      readonly calls: number;
      readonly faults: number;
    }
  /** This probe closed it; exactly one caller learns so. */
  | { readonly change: 'closed'; readonly openSinceMs: number };

/** What is known of a breaker, for people. */
export interface BreakerRecord {
  readonly state: 'closed' | 'open' | 'halfOpen';
  readonly openSinceMs?: number;
  readonly untilMs?: number;
  readonly calls: number;
  readonly faults: number;
}

/**
 * Stops calls to a provider that fails, for all workers of a domain at once. Implemented in
 * `adapters/dynamodb`, each step one conditional write of one item.
 *
 * Every method throws {@link TransientError} when the store can't be read or written: the caller
 * makes no call then.
 */
export interface Breaker {
  /** @param leaseMs how long a probe may take before its worker counts as dead. */
  admit(domain: string, nowMs: number, leaseMs: number): Promise<Admission>;

  /** Counts the result of an admitted call. */
  record(
    domain: string,
    admission: Exclude<Admission, { readonly admission: 'open' }>,
    result: CallResult,
    nowMs: number,
  ): Promise<BreakerChange>;

  /** Gives a probe back that no call was made for, so that another worker may probe at once. */
  giveBack(domain: string, probeToken: string): Promise<void>;

  read(domain: string, nowMs: number): Promise<BreakerRecord>;
}
