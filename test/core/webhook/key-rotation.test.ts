import { isRotating, LONGEST_ROTATION_MS } from '../../../lambdas/core/webhook/key-rotation';

const NOW_MS = 1770146432_000;

describe('isRotating', () => {
  it.each([
    ['no time', undefined, false],
    ['a time that is past', NOW_MS, false],
    ['a moment ahead', NOW_MS + 1, true],
    ['an hour ahead', NOW_MS + LONGEST_ROTATION_MS, true],
    ['more than an hour ahead', NOW_MS + LONGEST_ROTATION_MS + 1, false],
    ['no number', NaN, false],
  ])('judges a secret with %s', (_when, untilMs, rotating) => {
    expect(isRotating(untilMs, NOW_MS)).toBe(rotating);
  });
});
