/**
 * A call that does not verify is refused for good by keys whose reading began so long before it came at
 * most, in milliseconds. A key that is announced for longer is therefore never missed.
 */
export const KEYS_JUDGE_FOR_MS = 20_000;

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
