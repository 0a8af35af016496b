import { TransientError } from '../../lambdas/core/errors';
import { measuresOf } from '../../lambdas/core/metric/measures';
import { createLookAtDomains, type DomainDependencies } from '../../lambdas/guard/look-at-domains';
import { InMemoryBreaker } from '../support/fakes/in-memory-breaker';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryGovernor } from '../support/fakes/in-memory-governor';
import { outageSettings } from '../support/figures/outage-figures';
import { RecordingLog } from '../support/fakes/recording-log';
import { Guard, HOUR_MS, MINUTE_MS, NOW_MS } from './a-guard';

const [MG, NEWS] = ['mg.example.com', 'news.example.com'];
const change = { reason: 'refused', actor: 'send-batch', atMs: NOW_MS };

class Watch {
  nowMs = NOW_MS;
  readonly controls = new InMemoryControls(() => this.nowMs);
  readonly breaker = new InMemoryBreaker(outageSettings);
  readonly governor = new InMemoryGovernor(() => ({
    recipientsPerSecond: 1_000,
    recipientsPerDay: 500,
  }));
  readonly log = new RecordingLog();
  readonly dependencies: DomainDependencies = {
    ...{ controls: this.controls, breaker: this.breaker, governor: this.governor, log: this.log },
    domains: [
      { name: MG, hasBudget: true },
      { name: NEWS, hasBudget: false },
    ],
    clock: () => this.nowMs,
  };

  /** What one look measures. */
  async look(): Promise<Record<string, number>> {
    this.log.lines.length = 0;
    await createLookAtDomains(this.dependencies)();
    const measures = this.log.lines.flatMap(({ fields }) => measuresOf(fields));
    const sums: Record<string, number> = {};
    for (const { name, count } of measures) sums[name] = (sums[name] ?? 0) + count;
    return sums;
  }

  async openBreaker(domain: string): Promise<void> {
    for (let call = 0; call < 100; call += 1) {
      const { change: made } = await this.breaker.record(
        domain,
        { admission: 'closed' },
        'fault',
        this.nowMs,
      );
      if (made === 'opened') return;
    }
    throw new Error('expected a hundred faults to open a breaker');
  }
}

let watch: Watch;

beforeEach(() => {
  watch = new Watch();
});

it('says nothing of domains that nothing keeps back', async () => {
  expect(await watch.look()).toEqual({});
  expect(watch.log.lines).toEqual([]);
});

it('counts a blocked domain at every look until it is unblocked', async () => {
  await watch.controls.blockDomain(MG, change);

  expect([await watch.look(), await watch.look()]).toEqual([
    { DomainsBlocked: 1 },
    { DomainsBlocked: 1 },
  ]);
  await watch.controls.unblockDomain(MG, change);
  expect(await watch.look()).toEqual({});
});

it('counts a hold until it has passed, by itself', async () => {
  const untilMs = NOW_MS + HOUR_MS;
  await watch.controls.holdDomain(NEWS, { ...change, untilMs, notified: true });

  expect(await watch.look()).toEqual({ DomainsHeld: 1 });
  watch.nowMs = untilMs;
  expect(await watch.look()).toEqual({});
});

it('counts a breaker as long as no call may be made', async () => {
  await watch.openBreaker(MG);
  await watch.openBreaker(NEWS);

  expect(await watch.look()).toEqual({ BreakersOpen: 2 });
  watch.nowMs += outageSettings.coolDownMs;
  expect(await watch.look()).toEqual({});
});

it('counts a budget that is used up until the day is over', async () => {
  await watch.governor.take(MG, 500, watch.nowMs);

  expect(await watch.look()).toEqual({ DailyBudgetsUsedUp: 1 });
  watch.nowMs += 12 * HOUR_MS;
  expect(await watch.look()).toEqual({});
});

it('names the domain, and looks at the others when one can not be read', async () => {
  await watch.controls.blockDomain(NEWS, change);
  const read = watch.controls.domain.bind(watch.controls);
  watch.controls.domain = (domain) =>
    domain === MG ? Promise.reject(new TransientError('throttled')) : read(domain);

  expect(await watch.look()).toEqual({ DomainsBlocked: 1 });
  expect(watch.log.lines.map(({ fields }) => [fields.code, fields['domain']])).toEqual([
    ['domain-not-read', MG],
    ['domain-kept-back', NEWS],
  ]);
});

it('is made by the schedule only, before campaigns are looked at', async () => {
  const guard = new Guard();
  const order: string[] = [];
  const handling = {
    ...guard.handling,
    lookAtDomains: () => Promise.resolve(void order.push('domains')),
    watchList: { list: () => Promise.resolve((order.push('campaigns'), [])) },
  };
  await guard.sweep(handling);
  guard.nowMs += MINUTE_MS;
  await guard.serveBody(JSON.stringify({ request: 'none' }), 1, handling);

  expect(order).toEqual(['domains', 'campaigns']);
});
