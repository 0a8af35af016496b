import type { AllowanceRecord, GovernorSettings, Take } from './governor';
import { budgetOf, dayOf, nextDayMs } from './warm-up';

/**
 * How much earlier than its turn a take is granted, in milliseconds. It makes up for workers that
 * come a little late, and is all that a rate can be passed by at once, besides one take.
 */
export const TOLERANCE_MS = 150;

/** Limits met within this time of each other are one, in milliseconds. */
export const SAME_LIMIT_MS = 10_000;

/** Share of the configured rate that a lowered rate regains a minute. */
const REGAINED_PER_MINUTE = 0.05;

/** Smallest share of the configured rate that is left, however often limits are met. */
const SMALLEST_SHARE = 1 / 1000;

/** How a domain's allowance is stored. Times are milliseconds since the Unix epoch, UTC. */
export interface Allowance {
  /**
   * When the next take is due by the rate: the theoretical arrival time of the generic cell rate
   * algorithm. It never goes back, so a clock that is wrong can only slow the domain down.
   *
   * @see ITU-T I.371, annex A.
   */
  readonly tatMs?: number | undefined;
  /** Recipients a second after a limit was met, at `rateAtMs`. */
  readonly rate?: number | undefined;
  readonly rateAtMs?: number | undefined;
  /** Recipients taken by day, `YYYYMMDD`, UTC. */
  readonly usedByDay: Readonly<Record<string, number>>;
}

/** An allowance nothing was taken from. */
export const UNUSED_ALLOWANCE: Allowance = { usedByDay: {} };

/** A take that may be stored. */
export interface Grant {
  readonly take: 'granted';
  readonly recipients: number;
  readonly nowMs: number;
  /** What the take costs in time. */
  readonly costMs: number;
  /** Whether it queues behind takes before it, or begins now. */
  readonly queues: boolean;
  readonly day: string;
  /** The day's budget; `undefined` for none. */
  readonly budget: number | undefined;
}

/**
 * Decides how fast a domain may send: the configured rate, or less after limits were met. Limits
 * halve it; time gives it back.
 *
 * @returns recipients a second, more than 0.
 */
export function rateOf({ rate, rateAtMs }: Allowance, maxRate: number, nowMs: number): number {
  if (rate === undefined || rateAtMs === undefined) return maxRate;

  const minutes = Math.max(0, nowMs - rateAtMs) / 60_000;
  const regained = rate + minutes * maxRate * REGAINED_PER_MINUTE;
  return Math.min(maxRate, Math.max(regained, maxRate * SMALLEST_SHARE));
}

/** Decides whether recipients may be taken now. A take of any size is granted when it is its turn. */
export function takeFrom(
  allowance: Allowance,
  settings: GovernorSettings,
  recipients: number,
  nowMs: number,
): Grant | Exclude<Take, { readonly take: 'granted' }> {
  const day = dayOf(nowMs);
  const budget = budgetOf(settings, nowMs);
  const left = (budget ?? Infinity) - usedOn(allowance, day);
  if (left <= 0) return { take: 'wait', untilMs: nextDayMs(nowMs), reason: 'day' };
  if (recipients > left) return { take: 'tooMany', left };

  const { tatMs = -Infinity } = allowance;
  if (tatMs > nowMs + TOLERANCE_MS) {
    return { take: 'wait', untilMs: Math.ceil(tatMs - TOLERANCE_MS), reason: 'rate' };
  }
  const rate = rateOf(allowance, settings.recipientsPerSecond, nowMs);
  const costMs = costOf(recipients, rate);
  return { take: 'granted', recipients, nowMs, costMs, queues: tatMs >= nowMs, day, budget };
}

/** Takes what was granted. */
export function afterTake(
  allowance: Allowance,
  { recipients, nowMs, costMs, day }: Grant,
): Allowance {
  const used = usedOn(allowance, day) + recipients;
  return {
    ...allowance,
    tatMs: Math.max(allowance.tatMs ?? nowMs, nowMs) + costMs,
    usedByDay: { ...allowance.usedByDay, [day]: used },
  };
}

/** Gives recipients back to the day they were taken on; more than were taken changes nothing. */
export function afterGiveBack(
  allowance: Allowance,
  recipients: number,
  takenAtMs: number,
): Allowance {
  const day = dayOf(takenAtMs);
  const used = usedOn(allowance, day) - recipients;
  if (used < 0) return allowance;
  return { ...allowance, usedByDay: { ...allowance.usedByDay, [day]: used } };
}

/**
 * Halves the rate, unless another worker has done so for the same limit.
 *
 * A time of the last halving that lies ahead is another worker's clock: within
 * {@link SAME_LIMIT_MS} it is the same limit, beyond it nobody can tell, and going slower is safe.
 *
 * @returns what to store, `undefined` for nothing.
 */
export function slowedDown(
  allowance: Allowance,
  maxRate: number,
  nowMs: number,
): { readonly rate: number; readonly rateAtMs: number } | undefined {
  const { rateAtMs } = allowance;
  if (rateAtMs !== undefined && Math.abs(nowMs - rateAtMs) < SAME_LIMIT_MS) return undefined;
  return { rate: rateOf(allowance, maxRate, nowMs) / 2, rateAtMs: nowMs };
}

/** @returns the days that nobody can take from or give back to any more: before yesterday. */
export function staleDays({ usedByDay }: Allowance, nowMs: number): readonly string[] {
  const yesterday = dayOf(nowMs - A_DAY_MS);
  return Object.keys(usedByDay).filter((day) => day < yesterday);
}

/** Tells people what is known of an allowance. */
export function allowanceRecord(
  allowance: Allowance,
  settings: GovernorSettings,
  nowMs: number,
): AllowanceRecord {
  return {
    recipientsPerSecond: rateOf(allowance, settings.recipientsPerSecond, nowMs),
    usedToday: usedOn(allowance, dayOf(nowMs)),
    budgetToday: budgetOf(settings, nowMs),
  };
}

const A_DAY_MS = 86_400_000;

const usedOn = ({ usedByDay }: Allowance, day: string): number => usedByDay[day] ?? 0;

// Whole microseconds: times stay short decimals, which the store keeps exactly.
const costOf = (recipients: number, rate: number): number =>
  Math.ceil((recipients / rate) * 1_000_000) / 1000;
