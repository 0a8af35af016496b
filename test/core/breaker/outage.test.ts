import fc from 'fast-check';
import type { CallResult } from '../../../lambdas/core/breaker/breaker';
import { TransientError } from '../../../lambdas/core/errors';
import { InMemoryBreaker } from '../../support/fakes/in-memory-breaker';
import { outageFigures, outageSettings } from '../../support/figures/outage-figures';
import { chanceOf } from '../../support/figures/virtual-time';

const DOMAIN = 'mg.example.com';
const CLOSED = { admission: 'closed' } as const;

it.each([1, 2, 3, 4, 5])('spares a provider that is down (seed %i)', async (seed) => {
  const figures = await outageFigures(seed);

  expect(figures.callsAfterOpening).toBeLessThanOrEqual(figures.workers);
  expect(figures.openedAfterMs).toBeLessThanOrEqual(outageSettings.windowMs);
  expect(figures.probesAtOnce).toBe(1);
  expect(figures.probes).toBe(figures.periods);
  expect(figures.shortestGapInCoolDowns).toBeGreaterThanOrEqual(1);
  expect(figures.openings).toBe(1);
  expect(figures.closings).toBe(1);
  expect(figures.recoveryMs).toBeLessThanOrEqual(outageSettings.longestCoolDownMs + 10_000);
});

it('makes few calls in all to a provider that is down from the start', async () => {
  const { callsBeforeOpening, workers, threshold } = await outageFigures(1, 0);

  // Those that were still under way when it opened are among them.
  expect(callsBeforeOpening).toBeLessThanOrEqual(workers + threshold);
});

it('never opens at a fifth of faults and low volume', async () => {
  const chance = chanceOf(7);
  const breaker = new InMemoryBreaker(outageSettings);

  for (let call = 0; call < 2000; call += 1) {
    const result = chance() < 0.2 ? 'fault' : 'answered';
    // Six calls a window: fewer than the faults that count.
    const { change } = await breaker.record(DOMAIN, CLOSED, result, call * 10_000);
    expect(change).toBe('none');
  }
});

it('hardly ever opens at a fifth of faults and high volume', async () => {
  const chance = chanceOf(11);
  const runs = 500;
  let opened = 0;

  for (let run = 0; run < runs; run += 1) {
    const breaker = new InMemoryBreaker(outageSettings);
    for (let call = 0; call < 500; call += 1) {
      const result = chance() < 0.2 ? 'fault' : 'answered';
      const { change } = await breaker.record(DOMAIN, CLOSED, result, call * 40);
      if (change === 'opened') opened += 1;
      if (change !== 'none') break;
    }
  }

  // Counting calls instead, ten of which five fail, opens it in some twenty of these runs.
  expect(opened).toBeLessThanOrEqual(runs / 100);
});

it('never opens twice within a cool-down, whatever a provider does', async () => {
  const steps = fc.array(
    fc.record({ passMs: fc.nat(40_000), calls: fc.nat(40), fault: fc.boolean() }),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      const breaker = new InMemoryBreaker(outageSettings);
      let nowMs = 1_700_000_000_000;
      let openUntilMs = 0;
      for (const { passMs, calls, fault } of given) {
        nowMs += passMs;
        const result: CallResult = fault ? 'fault' : 'answered';
        for (let call = 0; call < calls; call += 1) {
          const admission = await breaker.admit(DOMAIN, nowMs, 60_000);
          if (admission.admission === 'open') break;
          expect(nowMs).toBeGreaterThanOrEqual(openUntilMs);
          const changed = await breaker.record(DOMAIN, admission, result, nowMs);
          if (changed.change === 'opened') openUntilMs = changed.untilMs;
        }
      }
    }),
  );
});

it('makes no call where the store can not be reached', async () => {
  const breaker = new InMemoryBreaker(outageSettings);
  breaker.fault = new TransientError('could not read the breaker');

  await expect(breaker.admit(DOMAIN, 0, 1)).rejects.toThrow(TransientError);
});
