import {
  afterGiveBack,
  afterTake,
  allowanceRecord,
  rateOf,
  slowedDown,
  staleDays,
  takeFrom,
  UNUSED_ALLOWANCE,
  type Allowance,
  type Grant,
} from '../../../lambdas/core/governor/allowance';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');
const MIDNIGHT_MS = Date.parse('2026-11-24T00:00:00Z');
const settings = { recipientsPerSecond: 100 };
const daily = { ...settings, recipientsPerDay: 100 };

const anAllowance = (given: Partial<Allowance> = {}): Allowance => ({ usedByDay: {}, ...given });
const aGrant = (given: Partial<Grant> = {}): Grant => ({
  take: 'granted',
  recipients: 50,
  nowMs: NOW_MS,
  costMs: 500,
  queues: false,
  day: '20261123',
  budget: undefined,
  ...given,
});

describe('the rate', () => {
  it.each([
    ['nothing stored', {}, 0, 100],
    ['a rate without its time', { rate: 50 }, 0, 100],
    ['a time without its rate', { rateAtMs: NOW_MS }, 0, 100],
    ['a rate just lowered', { rate: 50, rateAtMs: NOW_MS }, 0, 50],
    ['a minute gone by', { rate: 50, rateAtMs: NOW_MS }, 60_000, 55],
    ['ten minutes gone by', { rate: 50, rateAtMs: NOW_MS }, 600_000, 100],
    ['more than it regains', { rate: 50, rateAtMs: NOW_MS }, 6_000_000, 100],
    ['a clock that is behind', { rate: 50, rateAtMs: NOW_MS }, -300_000, 50],
    ['next to nothing', { rate: 0.01, rateAtMs: NOW_MS }, 0, 0.1],
    ['more than is configured now', { rate: 400, rateAtMs: NOW_MS }, 0, 100],
  ])('with %s', (_what, given, passedMs, rate) => {
    expect(rateOf(anAllowance(given), 100, NOW_MS + passedMs)).toBeCloseTo(rate, 9);
  });

  it('halves from where it is', () => {
    expect(slowedDown(UNUSED_ALLOWANCE, 100, NOW_MS)).toEqual({ rate: 50, rateAtMs: NOW_MS });
    const lowered = anAllowance({ rate: 50, rateAtMs: NOW_MS });
    expect(slowedDown(lowered, 100, NOW_MS + 60_000)?.rate).toBeCloseTo(27.5, 9);
  });

  it.each([
    [9_999, false],
    [-9_999, false],
    [10_000, true],
    [-10_000, true],
  ])('halves again %i ms from the last time: %s', (passedMs, halves) => {
    const lowered = anAllowance({ rate: 50, rateAtMs: NOW_MS });

    expect(slowedDown(lowered, 100, NOW_MS + passedMs) !== undefined).toBe(halves);
  });
});

describe('a take', () => {
  it('begins now where nothing was taken', () => {
    expect(takeFrom(UNUSED_ALLOWANCE, settings, 50, NOW_MS)).toEqual(aGrant());
  });

  it.each([
    [-1, false],
    [0, true],
    [150, true],
  ])('is granted when its turn is in %i ms, queueing: %s', (aheadMs, queues) => {
    const allowance = anAllowance({ tatMs: NOW_MS + aheadMs });

    expect(takeFrom(allowance, settings, 50, NOW_MS)).toEqual(aGrant({ queues }));
  });

  it('waits for its turn, to whole milliseconds', () => {
    const allowance = anAllowance({ tatMs: NOW_MS + 150.25 });

    expect(takeFrom(allowance, settings, 50, NOW_MS)).toEqual({
      take: 'wait',
      untilMs: NOW_MS + 1,
      reason: 'rate',
    });
  });

  it('costs more at a lowered rate, in whole microseconds', () => {
    const allowance = anAllowance({ rate: 30, rateAtMs: NOW_MS });

    expect(takeFrom(allowance, settings, 50, NOW_MS)).toMatchObject({ costMs: 1666.667 });
  });

  it.each([
    [0, 100, 'granted'],
    [50, 50, 'granted'],
    [100, 0, 'wait'],
  ])('with %i used of 100 may take %i and no more', (used, left, exhausted) => {
    const allowance = anAllowance({ usedByDay: { '20261123': used, '20261122': 1000 } });

    expect(takeFrom(allowance, daily, Math.max(left, 1), NOW_MS).take).toBe(exhausted);
    expect(takeFrom(allowance, daily, left + 1, NOW_MS)).toEqual(
      left === 0
        ? { take: 'wait', untilMs: MIDNIGHT_MS, reason: 'day' }
        : { take: 'tooMany', left },
    );
  });

  it('tells the budget it was granted from', () => {
    expect(takeFrom(UNUSED_ALLOWANCE, daily, 50, NOW_MS)).toEqual(aGrant({ budget: 100 }));
  });

  it.each([
    ['nothing', undefined, NOW_MS + 500],
    ['a turn that has passed', NOW_MS - 1, NOW_MS + 500],
    ['a turn to come', NOW_MS + 100, NOW_MS + 600],
  ])('moves the next turn on from %s', (_what, tatMs, next) => {
    const allowance = anAllowance({ tatMs, rate: 7, usedByDay: { '20261122': 1, '20261123': 2 } });

    expect(afterTake(allowance, aGrant())).toEqual({
      tatMs: next,
      rate: 7,
      usedByDay: { '20261122': 1, '20261123': 52 },
    });
  });
});

describe('giving back', () => {
  const allowance = anAllowance({ tatMs: 1, usedByDay: { '20261122': 1, '20261123': 50 } });

  it.each([
    [20, 30],
    [50, 0],
    [51, 50],
  ])('%i of 50 leaves %i', (recipients, left) => {
    expect(afterGiveBack(allowance, recipients, NOW_MS)).toEqual({
      tatMs: 1,
      usedByDay: { '20261122': 1, '20261123': left },
    });
  });

  it('changes nothing on a day nobody took', () => {
    expect(afterGiveBack(allowance, 1, MIDNIGHT_MS)).toBe(allowance);
  });
});

it('keeps yesterday, which may still be given back to', () => {
  const allowance = anAllowance({ usedByDay: { '20261121': 1, '20261122': 2, '20261123': 3 } });

  expect(staleDays(allowance, NOW_MS)).toEqual(['20261121']);
});

it('tells people of an allowance', () => {
  const allowance = anAllowance({ rate: 50, rateAtMs: NOW_MS, usedByDay: { '20261123': 3 } });

  expect(allowanceRecord(allowance, daily, NOW_MS)).toEqual({
    recipientsPerSecond: 50,
    usedToday: 3,
    budgetToday: 100,
  });
  expect(allowanceRecord(UNUSED_ALLOWANCE, settings, NOW_MS)).toEqual({
    recipientsPerSecond: 100,
    usedToday: 0,
    budgetToday: undefined,
  });
});
