/** Ages at which a submission in doubt is looked up at first, in milliseconds; the last is doubled. */
const LOOKS_MS = [1, 5, 15, 30, 60].map((minutes) => minutes * 60_000);

/** Longest between two looks, in milliseconds. */
const LONGEST_GAP_MS = 6 * 3_600_000;

/** Share of a gap that looks are spread over. */
const JITTER = 0.1;

/** Longest a call may be under way, in milliseconds. */
export const CALL_TIMEOUT_MS = 60_000;

/** What is known of a doubt in time; all milliseconds since the Unix epoch, UTC. */
export interface DoubtTimes {
  /** When the call was begun. */
  readonly calledAtMs: number;
  /** When the doubt was noted. */
  readonly atMs: number;
}

/** Added to the trust as a share of it, because clocks differ: ten minutes to the default thirty. */
const CLOCKS_APART = 1 / 3;

/** From when on an absence among Mailgun's events counts, whoever's clock the times are from. */
export function trustedFromMs({ calledAtMs, atMs }: DoubtTimes, trustedAfterMs: number): number {
  return Math.max(calledAtMs + CALL_TIMEOUT_MS, atMs) + trustedAfterMs * (1 + CLOCKS_APART);
}

/**
 * When to ask Mailgun next: after 1, 5, 15, 30 and 60 minutes, then at twice the age, at most six
 * hours on; and as soon as an absence counts.
 *
 * @param trustedMs see {@link trustedFromMs}.
 * @param chance a number in [0, 1).
 */
export function nextLookMs(
  { atMs }: DoubtTimes,
  trustedMs: number,
  nowMs: number,
  chance: number,
): number {
  const ageMs = Math.max(0, nowMs - atMs);
  const dueMs =
    LOOKS_MS.find((look) => look > ageMs) ?? Math.min(ageMs * 2, ageMs + LONGEST_GAP_MS);
  const lookMs = atMs + dueMs;
  const untilMs = trustedMs > nowMs ? Math.min(lookMs, trustedMs) : lookMs;
  return untilMs + Math.round((untilMs - nowMs) * JITTER * chance);
}
