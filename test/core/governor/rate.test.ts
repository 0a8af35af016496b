import { governorFigures } from '../../support/figures/governor-figures';
import { tell } from '../../support/figures/tell';

const rounded = (share: number): number => Number(share.toFixed(3));

it.each([1, 2, 3])('keeps one rate for fifty workers (seed %i)', async (seed) => {
  const { exact, skewed, probesUntilConverged, warmUp } = await governorFigures(seed);

  tell(`fifty workers on 10,000 recipients a minute, seed ${seed}`, {
    'busiest 10 s, as a share of the rate': rounded(exact.peak),
    'use of it': rounded(exact.use),
    'busiest 10 s, clocks apart': rounded(skewed.peak),
    'probes until a storm of 429 converges': probesUntilConverged,
  });
  expect(exact.peak).toBeLessThanOrEqual(1.05);
  expect(exact.use).toBeGreaterThanOrEqual(0.9);
  expect(skewed.peak).toBeLessThanOrEqual(1.05);
  expect(probesUntilConverged).toBeLessThanOrEqual(3);
  expect(warmUp.mostOnADay).toBeLessThanOrEqual(warmUp.budget);
  expect(warmUp.mostOnADay).toBeGreaterThan(0.9 * warmUp.budget);
});
