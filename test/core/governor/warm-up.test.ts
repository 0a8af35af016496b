import {
  budgetOf,
  dayOf,
  DEFAULT_WARM_UP_CURVE,
  nextDayMs,
} from '../../../lambdas/core/governor/warm-up';

const recipientsPerSecond = 100;
const warmUp = { startsOn: '2026-11-23', curve: [50, 100, 250] };

it.each([
  ['before it starts', '2026-11-01T00:00:00Z', 50],
  ['at its first moment', '2026-11-23T00:00:00Z', 50],
  ['at the last of its first day', '2026-11-23T23:59:59.999Z', 50],
  ['on its second day', '2026-11-24T00:00:00Z', 100],
  ['on its last day', '2026-11-25T23:59:59.999Z', 250],
  ['after it', '2026-11-26T00:00:00Z', undefined],
])('has a budget %s', (_when, at, budget) => {
  expect(budgetOf({ recipientsPerSecond, warmUp }, Date.parse(at))).toBe(budget);
});

it.each([
  ['2026-11-24T12:00:00Z', 80],
  ['2026-11-23T12:00:00Z', 50],
  ['2026-12-24T12:00:00Z', 80],
])('takes the smaller of curve and daily limit on %s', (at, budget) => {
  const settings = { recipientsPerSecond, recipientsPerDay: 80, warmUp };
  expect(budgetOf(settings, Date.parse(at))).toBe(budget);
});

it('has no budget where none is set', () => {
  expect(budgetOf({ recipientsPerSecond }, 0)).toBeUndefined();
});

it('has days of UTC', () => {
  const lateMs = Date.parse('2026-11-23T23:59:59.999Z');

  expect(dayOf(lateMs)).toBe('20261123');
  expect(dayOf(lateMs + 1)).toBe('20261124');
  expect(nextDayMs(lateMs)).toBe(lateMs + 1);
  expect(nextDayMs(lateMs + 1)).toBe(lateMs + 1 + 86_400_000);
});

it('never grows by more than two and a half times a day by default', () => {
  expect(DEFAULT_WARM_UP_CURVE[0]).toBe(50);
  expect(DEFAULT_WARM_UP_CURVE).toHaveLength(14);
  for (const [day, budget] of DEFAULT_WARM_UP_CURVE.slice(1).entries()) {
    const growth = budget / (DEFAULT_WARM_UP_CURVE[day] ?? NaN);
    expect(growth).toBeGreaterThan(1);
    expect(growth).toBeLessThanOrEqual(2.5);
  }
});
