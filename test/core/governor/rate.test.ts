import { governorFigures } from '../../support/figures/governor-figures';

it.each([1, 2, 3])('keeps one rate for fifty workers (seed %i)', async (seed) => {
  const { exact, skewed, probesUntilConverged, warmUp } = await governorFigures(seed);

  expect(exact.peak).toBeLessThanOrEqual(1.05);
  expect(exact.use).toBeGreaterThanOrEqual(0.9);
  expect(skewed.peak).toBeLessThanOrEqual(1.05);
  expect(probesUntilConverged).toBeLessThanOrEqual(3);
  expect(warmUp.mostOnADay).toBeLessThanOrEqual(warmUp.budget);
  expect(warmUp.mostOnADay).toBeGreaterThan(0.9 * warmUp.budget);
});
