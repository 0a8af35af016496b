import fc from 'fast-check';
import { nextLookMs, trustedFromMs } from '../../../lambdas/core/submission/doubt-schedule';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FAR = Number.MAX_SAFE_INTEGER;
const times = { calledAtMs: 1_000_000, atMs: 1_030_000 };

describe('the time from which an absence counts', () => {
  it('is counted from the latest moment the call may have been under way', () => {
    expect(trustedFromMs(times, 30 * MINUTE_MS)).toBe(1_060_000 + 40 * MINUTE_MS);
  });

  it('is counted from the doubt where that came later', () => {
    const late = { ...times, atMs: 2_000_000 };

    expect(trustedFromMs(late, 3 * MINUTE_MS)).toBe(2_000_000 + 4 * MINUTE_MS);
  });
});

describe('the next look at a doubt', () => {
  const atAge = (ageMs: number, trustedMs = 0, chance = 0) =>
    nextLookMs(times, trustedMs, times.atMs + ageMs, chance) - times.atMs;

  it.each([
    [0, 1],
    [1, 5],
    [4, 5],
    [5, 15],
    [15, 30],
    [30, 60],
    [60, 120],
    [300, 600],
    [360, 720],
    [600, 960],
  ])('comes, %d minutes old, at the age of %d minutes', (age, look) => {
    expect(atAge(age * MINUTE_MS)).toBe(look * MINUTE_MS);
  });

  it('comes no later than an absence counts, and is not bound by that afterwards', () => {
    const trustedMs = times.atMs + 20 * MINUTE_MS;

    expect(atAge(15 * MINUTE_MS, trustedMs)).toBe(20 * MINUTE_MS);
    expect(atAge(5 * MINUTE_MS, trustedMs)).toBe(15 * MINUTE_MS);
    expect(atAge(20 * MINUTE_MS, trustedMs)).toBe(30 * MINUTE_MS);
  });

  it('is spread over a tenth of the wait', () => {
    expect(atAge(5 * MINUTE_MS, 0, 0.5)).toBe(15 * MINUTE_MS + 30_000);
  });

  it('is soon for a doubt that a faster clock noted', () => {
    expect(atAge(-5 * MINUTE_MS, FAR)).toBe(MINUTE_MS);
  });

  it('always lies ahead, at most six hours and a tenth', () => {
    fc.assert(
      fc.property(
        fc.nat(30 * 24 * HOUR_MS),
        fc.nat(40 * 24 * HOUR_MS),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (ageMs, trustedAge, chance) => {
          const gapMs = atAge(ageMs, times.atMs + trustedAge, chance) - ageMs;

          expect(gapMs).toBeGreaterThan(0);
          expect(gapMs).toBeLessThanOrEqual(6.6 * HOUR_MS);
        },
      ),
    );
  });
});
