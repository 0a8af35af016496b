import type { LogFields } from '../../lambdas/core/log';
import { measuresOf } from '../../lambdas/core/metric/measures';
import { accepted } from '../../lambdas/core/submission/dispatch';
import type { SearchResult } from '../../lambdas/core/submission/acceptance-search';
import type { SendOutcome } from '../../lambdas/core/submission/send-outcome';
import { aSendRequest, recipients } from '../support/builders/send-requests';
import { NOW, Sending, suppressing } from './sending-fixture';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const done = { disposition: 'done' };
const unknown: SendOutcome = { outcome: 'unknown', cause: 'timeout' };
const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
let sending: Sending;

beforeEach(async () => {
  sending = new Sending();
  sending.gateway.script = () => unknown;
  await sending.send(aSendRequest());
  sending.gateway.script = ({ fields }) => ({
    outcome: 'taken',
    messageId: String(fields['h:Message-Id']).replace(/[<>]/g, ''),
  });
});

/** Sends again whenever the batch asks for it, until this age of the doubt; returns the ages. */
async function looksUntil(ageMs: number): Promise<number[]> {
  const ages: number[] = [];
  for (;;) {
    const disposition = await sending.send(aSendRequest());
    if (disposition.disposition === 'done') return ages;
    if (disposition.untilMs - NOW > ageMs) return ages;
    sending.nowMs = disposition.untilMs;
    ages.push(sending.nowMs - NOW);
  }
}

const idsSent = () => sending.gateway.calls.map(({ fields }) => fields['h:Message-Id']);

describe('a submission in doubt', () => {
  it('is not looked up in its first minute', async () => {
    await sending.send(aSendRequest());

    expect(sending.searches).toEqual([]);
    expect(await sending.stored()).toMatchObject({ state: 'inDoubt', calledAtMs: NOW });
  });

  it('is looked up after 1, 5 and 15 minutes, by message id and by a recipient who was mailed', async () => {
    sending.suppressions = suppressing('ada@example.com');
    const ages = await looksUntil(20 * MINUTE_MS);

    expect(ages.map((age) => Math.floor(age / MINUTE_MS))).toEqual([1, 5, 15]);
    expect(sending.searches).toHaveLength(3);
    expect(sending.searches[0]).toMatchObject({
      submission: { ...campaign, batchId: '000001', path: '/' },
      recipient: 'ada@example.com',
      fromMs: NOW,
    });
    expect(sending.searches[0]?.messageId).toBe(String(idsSent()[0]).replace(/[<>]/g, ''));
  });

  it('is accepted as soon as it is found, under whatever id, and never sent again', async () => {
    sending.found = { result: 'found', messageId: 'theirs@mailgun.example' };
    sending.nowMs += MINUTE_MS;

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(await sending.stored()).toMatchObject({
      state: 'accepted',
      messageId: 'theirs@mailgun.example',
    });
    expect(await sending.messageIndex.find('theirs@mailgun.example')).toMatchObject({ path: '/' });
    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('is sent anew, under another id, once an absence can be trusted, and not before', async () => {
    const ages = await looksUntil(24 * HOUR_MS);

    expect(Math.max(...ages)).toBeGreaterThanOrEqual(40 * MINUTE_MS);
    expect(Math.max(...ages)).toBeLessThan(45 * MINUTE_MS);
    expect(new Set(idsSent()).size).toBe(2);
    expect(await sending.stored()).toMatchObject({ state: 'accepted', attempts: 2, revision: 1 });
    expect(sending.types).toEqual([]);
  });

  it('waits where Mailgun can not be asked, as long as Mailgun says', async () => {
    sending.nowMs += MINUTE_MS;
    const untilMs = NOW + 3 * HOUR_MS;
    sending.found = { result: 'later', untilMs, reason: '429' };

    expect(await sending.send(aSendRequest())).toMatchObject({ disposition: 'wait', untilMs });
    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('is not looked up where the invocation has no time left for the answer', async () => {
    sending.nowMs += MINUTE_MS;

    expect(await sending.send(aSendRequest(), 9_000)).toMatchObject({ reason: 'in-doubt' });
    expect(sending.searches).toEqual([]);
  });

  it('leaves what a webhook settled meanwhile as it is', async () => {
    sending.nowMs += HOUR_MS;
    const doubt = await sending.stored();
    const find = sending.ledger.advance.bind(sending.ledger);
    sending.ledger.advance = async (key, expected, next) => {
      if (next.state === 'dispatching' && doubt !== undefined) {
        sending.ledger.advance = find;
        await find(key, doubt, accepted(doubt, 'by@evidence', sending.nowMs));
      }
      return find(key, expected, next);
    };

    expect(await sending.send(aSendRequest())).toMatchObject({ disposition: 'wait' });
    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.gateway.calls).toHaveLength(1);
  });
});

it('counts evidence that comes while a call waits that was found to be needed', async () => {
  sending.nowMs += HOUR_MS;
  sending.admission = { admission: 'open', untilMs: NOW + 2 * HOUR_MS, openSinceMs: NOW };
  expect(await sending.send(aSendRequest())).toMatchObject({ reason: 'breaker-open' });
  expect(await sending.stored()).toMatchObject({ state: 'inDoubt', revision: 0 });

  sending.admission = { admission: 'closed' };
  sending.found = { result: 'found', messageId: 'late@mailgun.example' };
  sending.nowMs += HOUR_MS;

  expect(await sending.send(aSendRequest())).toEqual(done);
  expect(sending.gateway.calls).toHaveLength(1);
});

describe("a domain whose key may not read Mailgun's events", () => {
  const unreadable: SearchResult = { result: 'unreadable', reason: '403 Forbidden' };

  it('holds what is in doubt for a person, who is told once', async () => {
    sending.found = unreadable;
    await looksUntil(9 * 24 * HOUR_MS);

    expect(sending.gateway.calls).toHaveLength(1);
    expect(await sending.stored()).toMatchObject({ state: 'inDoubt', recipients: 3 });
    expect(sending.notifications).toMatchObject([
      {
        type: 'batch.inDoubt',
        reason: 'events unreadable: 403 Forbidden',
        details: { recipients: 3 },
      },
    ]);
  });

  it.each(['before it tells', 'when it has told', 'before that is noted', 'when that is noted'])(
    'is told of by somebody when a worker dies %s',
    async (when) => {
      sending.found = unreadable;
      sending.nowMs += HOUR_MS;
      const { notify } = sending;
      const advance = sending.ledger.advance.bind(sending.ledger);
      const die = () => Promise.reject(new Error('the worker died'));
      if (when === 'before it tells') sending.notify = die;
      if (when === 'when it has told') sending.notify = (what) => notify(what).then(die);
      if (when === 'before that is noted') sending.ledger.advance = die;
      if (when === 'when that is noted') {
        sending.ledger.advance = (...given) => advance(...given).then(die);
      }
      await expect(sending.send(aSendRequest())).rejects.toThrow('the worker died');

      sending.notify = notify;
      sending.ledger.advance = advance;
      await looksUntil(24 * HOUR_MS);

      expect(sending.types.length).toBeGreaterThanOrEqual(1);
      expect(new Set(sending.types)).toEqual(new Set(['batch.inDoubt']));
    },
  );

  it('is measured at every look, until it is settled', async () => {
    const measured = () =>
      (sending.logged as [string, LogFields][])
        .flatMap(([, line]) => measuresOf(line))
        .filter(({ name }) => name === 'DoubtsLeftToPeople').length;
    sending.found = unreadable;
    const ages = await looksUntil(24 * HOUR_MS);
    // The first look is made when the test begins, too early to ask.
    expect([measured(), ages.length > 5]).toEqual([ages.length, true]);

    sending.found = { result: 'found', messageId: 'found@mg.example.com' };
    await sending.sendUntilDone(aSendRequest());
    expect(measured()).toBe(ages.length);
  });

  it('sends again on request, not before an absence would count', async () => {
    sending.found = unreadable;
    sending.onUnreadableEvents = 'resend';
    const ages = await looksUntil(24 * HOUR_MS);

    expect(Math.max(...ages)).toBeGreaterThanOrEqual(40 * MINUTE_MS);
    expect(sending.gateway.calls).toHaveLength(2);
    expect(await sending.stored()).toMatchObject({ state: 'accepted' });
  });

  it.each([
    ['resend', 2, 'accepted'],
    ['accept', 1, 'accepted'],
  ] as const)('follows a person who says %s', async (decision, calls, state) => {
    sending.found = unreadable;
    await looksUntil(2 * HOUR_MS);
    const change = { reason: 'looked at the dashboard', actor: 'eve', atMs: sending.nowMs };
    await sending.controls.decideDoubt(campaign, { decision, atMs: sending.nowMs }, change);

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.gateway.calls).toHaveLength(calls);
    expect(await sending.stored()).toMatchObject({ state });
  });

  it('takes no word for calls made after it', async () => {
    sending.found = unreadable;
    const change = { reason: 'yesterday', actor: 'eve', atMs: NOW };
    await sending.controls.decideDoubt(campaign, { decision: 'resend', atMs: NOW }, change);
    sending.nowMs += 2 * HOUR_MS;

    expect(await sending.send(aSendRequest())).toMatchObject({ disposition: 'wait' });
    expect(sending.gateway.calls).toHaveLength(1);
  });
});

it('takes no absence for proof where Mailgun no longer keeps the events', async () => {
  sending.nowMs += 25 * HOUR_MS;

  expect(await sending.send(aSendRequest())).toMatchObject({ disposition: 'wait' });
  expect(sending.gateway.calls).toHaveLength(1);
  expect(sending.types).toEqual(['batch.inDoubt']);
});

it('settles one doubt of a split batch apart from the others', async () => {
  sending = new Sending();
  await sending.controls.capRecipients('mg.example.com', 2);
  sending.gateway.script = ({ addresses }) =>
    addresses.includes('r3@example.com') && sending.searches.length === 0
      ? unknown
      : { outcome: 'taken', messageId: 'x@y' };

  await sending.sendUntilDone(aSendRequest({ recipients: recipients(4) }));

  expect(sending.gateway.calls.map(({ addresses }) => addresses.length)).toEqual([2, 2, 2]);
});
