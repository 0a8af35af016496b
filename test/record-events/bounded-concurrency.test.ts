import { forEachBounded } from '../../lambdas/record-events/bounded-concurrency';

describe('forEachBounded', () => {
  it('runs every task, as many at once as it may and no more', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;

    await forEachBounded(Array(100).keys(), 7, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      done.push(item);
    });

    expect(done.sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
    expect(most).toBe(7);
  });

  it('has nothing to do for nothing', async () => {
    await expect(forEachBounded([], 7, () => Promise.reject(new Error()))).resolves.toBeUndefined();
  });
});
