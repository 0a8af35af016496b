import { fullJitterMs } from '../../../lambdas/core/submission/backoff';

const backoff = { baseMs: 5_000, capMs: 60_000 };

it.each([
  [1, 5_000],
  [2, 10_000],
  [4, 40_000],
  [5, 60_000],
  [500, 60_000],
])('bounds the delay after attempt %i by %i ms', (attempts, boundMs) => {
  expect(fullJitterMs(backoff, attempts, 0.999_999)).toBeCloseTo(boundMs, -2);
  expect(fullJitterMs(backoff, attempts, 0.5)).toBe(boundMs / 2);
});

it('is never a hot loop', () => {
  expect(fullJitterMs(backoff, 1, 0)).toBe(1000);
});
