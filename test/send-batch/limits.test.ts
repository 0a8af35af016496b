import { aSendRequest, recipients } from '../support/builders/send-requests';
import { NOW, Sending } from './sending-fixture';

const done = { disposition: 'done' };
const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
let sending: Sending;

beforeEach(() => {
  sending = new Sending();
});

/** Makes a method of a port fail. */
function rejecting<Port extends object>(port: Port, method: keyof Port): void {
  Object.assign(port, { [method]: () => Promise.reject(new Error('down')) });
}

describe('an open breaker', () => {
  const open = { admission: 'open' as const, untilMs: NOW + 30_000, openSinceMs: NOW - 600_000 };

  it('keeps a batch waiting: no call, no suppression read, nothing taken from the budget', async () => {
    sending.admission = open;
    sending.take = () => {
      throw new Error('taken');
    };
    sending.suppressions = { suppressedAmong: () => Promise.reject(new Error('read')) };

    const disposition = await sending.send(aSendRequest());

    expect(disposition).toMatchObject({ disposition: 'wait', reason: 'breaker-open' });
    expect((disposition as { untilMs: number }).untilMs).toBeGreaterThanOrEqual(open.untilMs);
    expect(sending.gateway.calls).toEqual([]);
  });

  it('pauses the campaign after the time that is configured, and tells people once', async () => {
    sending.admission = open;
    sending.pauseAfterOpenMs = 600_000;

    await sending.send(aSendRequest());
    expect(await sending.send(aSendRequest())).toEqual(done);

    expect(await sending.controls.campaign(campaign)).toMatchObject({ standing: 'paused' });
    expect(sending.types).toEqual(['campaign.paused']);
    expect(sending.parked.size).toBe(1);
  });

  it('pauses nothing before that time', async () => {
    sending.admission = open;
    sending.pauseAfterOpenMs = 600_001;

    await sending.send(aSendRequest());

    expect(await sending.controls.campaign(campaign)).toMatchObject({ standing: 'active' });
  });

  it('gives a probe back that no call was made for', async () => {
    sending.admission = { admission: 'probe', probeToken: 'probe-1' };
    sending.suppressions = { suppressedAmong: () => Promise.reject(new Error('down')) };

    await expect(sending.send(aSendRequest())).rejects.toThrow('down');
    expect(sending.probesGivenBack).toEqual(['probe-1']);
  });
});

describe('what a call says of the provider', () => {
  it.each([
    ['taken', { outcome: 'taken', messageId: 'x@y' }, 'answered'],
    ['a limit', { outcome: 'domainMustWait', untilMs: undefined, reason: '429' }, 'answered'],
    ['refused content', { outcome: 'contentRefused', reason: '400' }, 'answered'],
    ['a damaged request', { outcome: 'notSent', network: false, reason: '400' }, 'answered'],
    ['a network fault', { outcome: 'notSent', network: true, reason: 'ENOTFOUND' }, 'fault'],
    ['an unknown outcome', { outcome: 'unknown', cause: 'http-500' }, 'fault'],
  ] as const)('%s counts', async (_what, outcome, result) => {
    sending.gateway.script = () => outcome;

    await sending.send(aSendRequest());

    expect(sending.results).toEqual([result]);
  });

  it('is told to people when it opens or closes the breaker', async () => {
    sending.breakerChange = { change: 'opened', untilMs: NOW + 30_000, calls: 10, faults: 6 };
    await sending.send(aSendRequest());
    sending.breakerChange = { change: 'closed', openSinceMs: NOW };
    await sending.send(aSendRequest({ batchId: '000002' }));

    expect(sending.notifications).toMatchObject([
      { type: 'breaker.opened', domain: 'mg.example.com', details: { calls: 10, faults: 6 } },
      { type: 'breaker.closed', domain: 'mg.example.com' },
    ]);
  });
});

describe('a budget', () => {
  it('is waited for within the invocation when its turn is near', async () => {
    let asked = 0;
    sending.take = () =>
      ++asked < 3
        ? { take: 'wait', untilMs: NOW + asked * 2_000, reason: 'rate' }
        : { take: 'granted' };

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.slept).toHaveLength(2);
    expect(sending.nowMs).toBeGreaterThanOrEqual(NOW + 4_000);
  });

  it('lets the message go when its turn is far', async () => {
    const untilMs = NOW + 12 * 3_600_000;
    sending.take = () => ({ take: 'wait', untilMs, reason: 'day' });

    const disposition = await sending.send(aSendRequest());

    expect(disposition).toMatchObject({ disposition: 'wait', reason: 'budget-day' });
    expect((disposition as { untilMs: number }).untilMs).toBeGreaterThanOrEqual(untilMs);
    expect(sending.gateway.calls).toEqual([]);
  });

  it('is come back for the later, the longer the message has waited, and never by much', async () => {
    sending.take = () => ({ take: 'wait', untilMs: sending.nowMs + 60_000, reason: 'rate' });
    const lateMs = async (ageMs: number) => {
      sending.sentAtMs = sending.nowMs - ageMs;
      const disposition = await sending.send(aSendRequest());
      return (disposition as { untilMs: number }).untilMs - sending.nowMs - 60_000;
    };

    // With a chance of a half.
    expect(await lateMs(0)).toBe(2_500);
    expect(await lateMs(3_600_000)).toBe(3_600_000 / 32);
    expect(await lateMs(5 * 86_400_000)).toBe((45 * 60_000) / 2);
  });

  it('is used up by halves of what is more than it', async () => {
    let left = 60;
    sending.take = (count) => {
      if (left === 0) return { take: 'wait', untilMs: NOW + 86_400_000, reason: 'day' };
      if (count > left) return { take: 'tooMany', left };
      left -= count;
      return { take: 'granted' };
    };

    await sending.send(aSendRequest({ recipients: recipients(1000) }));

    expect(sending.gateway.calls.flatMap(({ addresses }) => addresses)).toHaveLength(60);
  });

  it('gets back what Mailgun did not take, and nothing of what it may have taken', async () => {
    sending.gateway.script = () => ({ outcome: 'unknown', cause: 'timeout' });
    await sending.send(aSendRequest());
    expect(sending.givenBack).toEqual([]);

    sending.gateway.script = () => ({ outcome: 'notSent', network: true, reason: 'ENOTFOUND' });
    await sending.send(aSendRequest({ batchId: '000002' }));
    expect(sending.givenBack).toEqual([3]);
  });

  it.each([
    ['the claim', () => rejecting(sending.ledger, 'advance')],
    ['the message index', () => rejecting(sending.messageIndex, 'record')],
    ['the request to reconcile', () => rejecting(sending.reconcileRequests, 'request')],
    ['the API key', () => rejecting(sending.gateway, 'script')],
  ])('gets back what a fault of %s kept from being sent', async (_what, fail) => {
    fail();

    await expect(sending.send(aSendRequest())).rejects.toThrow('down');
    expect(sending.givenBack).toEqual([3]);
  });

  it('is not what a fault is named by when it can not be given back either', async () => {
    rejecting(sending.messageIndex, 'record');
    sending.faultOfGiveBack = new Error('another one');

    await expect(sending.send(aSendRequest())).rejects.toThrow('down');
  });
});
