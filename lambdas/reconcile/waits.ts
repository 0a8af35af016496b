import type { PassSchedule } from '../core/reconciliation/pass-schedule';

const LONGEST_WAIT_MS = 30 * 60_000;
const SHORTEST_WAIT_MS = 5_000;

/** Between two looks at a submission in doubt: half an hour, less where passes follow sooner. */
export function openWaitMs({ afterMs }: PassSchedule): number {
  return clamped((afterMs[0] ?? LONGEST_WAIT_MS) / 2);
}

/**
 * Until a read that failed is tried again: half as long as the pass is late already, so that tries
 * grow rare, and at most half an hour.
 *
 * @param chance a number in [0, 1).
 */
export function retryWaitMs(schedule: PassSchedule, lateMs: number, chance: number): number {
  const shortestMs = Math.min(60_000, openWaitMs(schedule));
  return clamped(Math.max(lateMs / 2, shortestMs)) * (1 + chance / 4);
}

/** Between two notices of a campaign: a quarter of an hour, less where passes follow sooner. */
export function noticeEveryMs({ afterMs }: PassSchedule): number {
  return Math.min(15 * 60_000, afterMs[0] ?? Infinity);
}

/** How long the webhook of an event may be on its way: five minutes, less where passes follow sooner. */
export function settlingMs({ afterMs }: PassSchedule): number {
  return Math.min(5 * 60_000, (afterMs[0] ?? Infinity) / 12);
}

const clamped = (ms: number): number => Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, ms));
