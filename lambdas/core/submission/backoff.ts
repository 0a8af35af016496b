/** A bounded exponential back-off with full jitter. */
export interface Backoff {
  /** Longest delay after the first attempt, in milliseconds. */
  readonly baseMs: number;
  /** Longest delay after any attempt, in milliseconds. */
  readonly capMs: number;
}

/**
 * Picks a delay between nothing and the exponential bound, so that workers which failed together
 * don't come back together.
 *
 * @param attempts attempts made so far, 1 or more.
 * @param chance a number in [0, 1).
 * @returns milliseconds, at least 1,000: never a hot loop.
 */
export function fullJitterMs({ baseMs, capMs }: Backoff, attempts: number, chance: number): number {
  const boundMs = Math.min(capMs, baseMs * 2 ** Math.min(attempts - 1, 30));
  return Math.max(1000, Math.round(boundMs * chance));
}
