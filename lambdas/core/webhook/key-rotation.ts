/** The longest time a signing key may be under replacement, in milliseconds. */
export const LONGEST_ROTATION_MS = 3_600_000;

/**
 * Whether Mailgun may be signing with a key that the secret does not hold yet.
 *
 * @param untilMs what the secret says, milliseconds since the Unix epoch, UTC. A time that is past or
 *   more than {@link LONGEST_ROTATION_MS} ahead says nothing: a mark that was forgotten must not make
 *   forged calls look doubtful for ever.
 */
export function isRotating(untilMs: number | undefined, nowMs: number): boolean {
  return untilMs !== undefined && nowMs < untilMs && untilMs - nowMs <= LONGEST_ROTATION_MS;
}
