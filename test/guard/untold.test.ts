import { measuresOf } from '../../lambdas/core/metric/measures';
import { createLookAtDomains } from '../../lambdas/guard/look-at-domains';
import type { SendOutcome } from '../../lambdas/core/submission/send-outcome';
import { NOW, Sending } from '../send-batch/sending-fixture';
import { aSendRequest } from '../support/builders/send-requests';
import { InMemoryBreaker } from '../support/fakes/in-memory-breaker';
import { RecordingLog } from '../support/fakes/recording-log';
import { outageSettings } from '../support/figures/outage-figures';

const HOUR_MS = 3_600_000;
const blocked: SendOutcome = { outcome: 'domainCannotSend', reason: '401 Forbidden' };
const held: SendOutcome = {
  outcome: 'domainMustWait',
  untilMs: NOW + 3 * HOUR_MS,
  reason: 'recipient limit exceeded',
};
const die = () => Promise.reject(new Error('the worker died'));

/** What the guard's next look measures. */
async function looked(sending: Sending, breaker = new InMemoryBreaker(outageSettings)) {
  const log = new RecordingLog();
  await createLookAtDomains({
    ...{ controls: sending.controls, breaker, log },
    governor: { read: () => Promise.reject(new Error('expected no domain with a budget')) },
    domains: [{ name: 'mg.example.com', hasBudget: false }],
    clock: () => sending.nowMs,
  })();
  return log.lines.flatMap(({ fields }) => measuresOf(fields)).map(({ name }) => name);
}

/** A change whose teller died is stored, and that is what alarms go by. */
describe('what nobody was told of, since the worker died, the guard still sees', () => {
  it.each<[string, SendOutcome, Partial<Sending>, string]>([
    ['a block, before it asked Mailgun why', blocked, { readQueue: die }, 'DomainsBlocked'],
    ['a block, before it told', blocked, { notify: die }, 'DomainsBlocked'],
    ['a hold, before it told', held, { notify: die }, 'DomainsHeld'],
  ])('%s', async (_what, outcome, death, metric) => {
    const sending = Object.assign(new Sending(), death);
    sending.gateway.script = () => outcome;

    await expect(sending.send(aSendRequest())).rejects.toThrow('the worker died');

    expect(sending.notifications).toEqual([]);
    expect(await looked(sending)).toEqual([metric]);
  });

  it('a breaker that this worker opened, before it told', async () => {
    const sending = new Sending();
    const breaker = new InMemoryBreaker({ ...outageSettings, minimumFaults: 1 });
    sending.gateway.script = () => ({ outcome: 'unknown', cause: 'timeout' });
    sending.recordResult = (...given) => breaker.record(...given);
    sending.notify = die;

    await expect(sending.send(aSendRequest())).rejects.toThrow('the worker died');

    expect(await looked(sending, breaker)).toEqual(['BreakersOpen']);
  });
});
