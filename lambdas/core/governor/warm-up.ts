import type { GovernorSettings } from './governor';

const A_DAY_MS = 86_400_000;

/**
 * Recipients a day while a reputation is being built, for whoever has no curve of their own.
 *
 * Mailgun publishes no numbers for a domain. This curve starts lower than the schedule that Adcrux
 * publishes for an IP address (200, 500, 1,000, 2,000, 5,000, …), is never above it on any day, and
 * never grows by more than 2.5 times from one day to the next.
 *
 * @see https://kb.adcrux.io/kbp/user-manuals/ip-warm-up-strategy/ weeks 1 and 2.
 */
export const DEFAULT_WARM_UP_CURVE: readonly number[] = [
  50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 75_000, 100_000, 150_000, 250_000,
];

/** @returns the day of a time, `YYYYMMDD`, UTC. */
export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** @returns when the next day begins, UTC. */
export function nextDayMs(nowMs: number): number {
  return (Math.floor(nowMs / A_DAY_MS) + 1) * A_DAY_MS;
}

/**
 * Decides how many recipients a domain may be sent on the day of a time.
 *
 * @returns the smaller of its own limit and the day's place on the warm-up curve; before the
 *   warm-up starts its first day's; `undefined` for no limit.
 */
export function budgetOf(
  { recipientsPerDay, warmUp }: GovernorSettings,
  nowMs: number,
): number | undefined {
  const onCurve = warmUp?.curve[dayOfWarmUp(warmUp.startsOn, nowMs)];
  if (onCurve === undefined) return recipientsPerDay;
  return Math.min(onCurve, recipientsPerDay ?? Infinity);
}

function dayOfWarmUp(startsOn: string, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - Date.parse(startsOn)) / A_DAY_MS));
}
