/** The largest submission Mailgun took from a domain, when it was found out. */
export interface RecipientCap {
  readonly recipientCap: number;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly setAtMs: number;
}

/** A cap doubles after each of these: Mailgun's allowances grow as a domain warms up. */
const DOUBLES_AFTER_MS = 6 * 3_600_000;

/** Mailgun takes no more in one call from any domain: a cap from here up limits nothing. */
const LIMITS_NOTHING_FROM = 1_000;

/** A cap this old limits nothing, however small it was; milliseconds. */
export const LONGEST_CAP_MS = 10 * DOUBLES_AFTER_MS;

/**
 * What is left of a cap after a while.
 *
 * @param nowMs milliseconds since the Unix epoch, UTC; a clock that is behind finds the cap as set.
 * @returns the largest submission to make now, or `undefined` where the cap limits nothing any more.
 */
export function recipientCapAt(
  { recipientCap, setAtMs }: RecipientCap,
  nowMs: number,
): number | undefined {
  const ageMs = Math.max(0, nowMs - setAtMs);
  if (ageMs >= LONGEST_CAP_MS) return undefined;

  const capNow = recipientCap * 2 ** Math.floor(ageMs / DOUBLES_AFTER_MS);
  return capNow < LIMITS_NOTHING_FROM ? capNow : undefined;
}
