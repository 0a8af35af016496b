import * as fc from 'fast-check';
import { LONGEST_CAP_MS, recipientCapAt } from '../../../lambdas/core/standing/recipient-cap';

const HOUR_MS = 3_600_000;

describe('recipientCapAt', () => {
  it.each([
    ['as it was set, at first', 250, 0, 250],
    ['as it was set, to a clock that is behind', 250, -1, 250],
    ['as it was set, for six hours', 250, 6 * HOUR_MS - 1, 250],
    ['twice as much after six hours', 250, 6 * HOUR_MS, 500],
    ['four times as much after twelve', 100, 12 * HOUR_MS, 400],
    ['nothing from 1,000 up', 250, 12 * HOUR_MS, undefined],
    ['nothing where it was 1,000 to begin with', 1000, 0, undefined],
    ['almost all just below', 999, 0, 999],
    ['hardly anything for a cap of one, for long', 1, LONGEST_CAP_MS - 1, 512],
    ['nothing after sixty hours', 1, LONGEST_CAP_MS, undefined],
  ])('limits to %s', (_what, recipientCap, ageMs, expected) => {
    expect(recipientCapAt({ recipientCap, setAtMs: 1_000_000 }, 1_000_000 + ageMs)).toBe(expected);
  });

  it('never shrinks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.nat(1e9), fc.nat(1e9), (cap, a, b) => {
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)].map(
          (nowMs) => recipientCapAt({ recipientCap: cap, setAtMs: 0 }, nowMs) ?? Infinity,
        );
        expect(later).toBeGreaterThanOrEqual(earlier ?? NaN);
      }),
    );
  });
});
