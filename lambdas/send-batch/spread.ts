/** Least that messages are spread over, in milliseconds. */
const NARROWEST_MS = 5_000;

/** Widest: ten days of such waits are some 850 receives, and the queue allows 1,000. */
const WIDEST_MS = 45 * 60_000;

/** Share of its age that a message may come late by. */
const SHARE_OF_AGE = 1 / 16;

/**
 * Spreads messages that wait for the same thing, such as the next turn of a rate, of which only one
 * gets it. Were all to come back for each, a campaign of more than a thousand batches would use up
 * the receives of its last ones. So each comes the later, the longer it has waited already: its
 * receives then grow with the logarithm of its wait, until the spread is as wide as it gets.
 *
 * @param sentAtMs when the message was put on its queue; milliseconds since the Unix epoch, UTC.
 * @param chance a number in [0, 1).
 * @returns milliseconds to add to the time it waits for.
 */
export function spreadMs(sentAtMs: number, nowMs: number, chance: number): number {
  const widthMs = Math.max(NARROWEST_MS, (nowMs - sentAtMs) * SHARE_OF_AGE);
  return Math.round(chance * Math.min(WIDEST_MS, widthMs));
}
