/** What costs a sender its reputation. */
export const GUARD_KINDS = ['bounce', 'complaint'] as const;

export type GuardKind = (typeof GUARD_KINDS)[number];

/** How far back recipients are looked at. */
export const GUARD_WINDOWS = ['short', 'long'] as const;

export type GuardWindow = (typeof GUARD_WINDOWS)[number];

/** How long ago, at most, a recipient of each window was accepted; hours. */
export const WINDOW_HOURS: Readonly<Record<GuardWindow, number>> = { short: 1, long: 24 };

/** What is too much of one kind in one window. */
export interface RateLimit {
  /** Share, 0 to 1, from which people are warned. Below {@link pause}. */
  readonly warn: number;
  /** Share, 0 to 1, from which the campaign is paused. */
  readonly pause: number;
  /** Fewer recipients than this say nothing. */
  readonly minimumRecipients: number;
  /** Fewer bounces or complaints than this say nothing. */
  readonly minimumEvents: number;
}

export type RateLimits = Readonly<Record<GuardKind, Readonly<Record<GuardWindow, RateLimit>>>>;

/** How a deployment is guarded. */
export interface GuardSettings extends RateLimits {
  /** Whether campaigns are paused and accounts suspended; where not, people are only warned. */
  readonly enabled: boolean;
  /** Automatic pauses in 30 days that suspend an account. */
  readonly pausesUntilSuspended: number;
}
