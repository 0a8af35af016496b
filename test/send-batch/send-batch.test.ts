import type { SendOutcome } from '../../lambdas/core/submission/send-outcome';
import { aSendRequest, recipients } from '../support/builders/send-requests';
import { NOW, Sending, suppressing } from './sending-fixture';

const done = { disposition: 'done' };
let sending: Sending;

beforeEach(() => {
  sending = new Sending();
});

describe('a batch that Mailgun takes', () => {
  it('is one call for all of its recipients, and done', async () => {
    expect(await sending.send(aSendRequest())).toEqual(done);

    expect(sending.gateway.calls.map(({ addresses }) => addresses)).toEqual([
      ['ada@example.com', 'bob@example.com', 'cyd@example.com'],
    ]);
    expect(await sending.stored()).toMatchObject({ state: 'accepted', recipients: 3, attempts: 1 });
  });

  it('has no effect a second time', async () => {
    await sending.send(aSendRequest());

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('is claimed before its call is made', async () => {
    sending.gateway.script = async () => {
      expect(await sending.stored()).toMatchObject({ state: 'dispatching', attempts: 1 });
      return { outcome: 'taken', messageId: 'x@y' };
    };

    await sending.send(aSendRequest());

    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('can be found by our message id before the call and by the one Mailgun answers', async () => {
    const submission = {
      accountId: 'acme',
      campaignId: 'spring-sale',
      batchId: '000001',
      path: '/',
    };
    sending.gateway.script = async ({ fields }) => {
      const ours = String(fields['h:Message-Id']).replace(/[<>]/g, '');
      expect(await sending.messageIndex.find(ours)).toEqual(submission);
      return { outcome: 'taken', messageId: 'theirs@mailgun.example' };
    };

    await sending.send(aSendRequest());

    expect(await sending.messageIndex.find('theirs@mailgun.example')).toEqual(submission);
    expect(await sending.stored()).toMatchObject({ messageId: 'theirs@mailgun.example' });
  });

  it('leaves digests of its recipients, once', async () => {
    await sending.send(aSendRequest());
    await sending.send(aSendRequest());

    expect(sending.recipientRecords.writes).toBe(1);
    const key = { accountId: 'acme', campaignId: 'spring-sale', batchId: '000001' };
    expect(await sending.recipientRecords.read(key)).toMatchObject({ domain: 'mg.example.com' });
  });
});

describe('the digests of the recipients', () => {
  it('are stored before anything else, also by the worker after one that could not', async () => {
    const record = sending.recipientRecords.record.bind(sending.recipientRecords);
    sending.recipientRecords.record = () => Promise.reject(new Error('throttled'));
    await expect(sending.send(aSendRequest())).rejects.toThrow('throttled');
    expect(sending.gateway.calls).toHaveLength(0);

    sending.recipientRecords.record = record;
    await sending.send(aSendRequest());

    expect(sending.recipientRecords.writes).toBe(1);
    expect(sending.gateway.calls).toHaveLength(1);
  });
});

describe('recipients that are not mailed', () => {
  it('are invalid, duplicate or suppressed, and the others are mailed', async () => {
    sending.suppressions = suppressing('bob@example.com');
    const request = aSendRequest({
      recipients: [
        { email: 'ada@example.com' },
        { email: 'not an address' },
        { email: ' ADA@example.com' },
        { email: 'bob@example.com' },
        { email: 'cyd@example.com' },
      ],
    });

    await sending.send(request);

    expect(sending.gateway.calls[0]?.addresses).toEqual(['ada@example.com', 'cyd@example.com']);
    const books = await sending.ledger.readBatch({
      accountId: 'acme',
      campaignId: 'spring-sale',
      batchId: '000001',
    });
    expect(books?.batch).toMatchObject({
      audience: 5,
      invalid: new Set([1]),
      duplicate: new Set([2]),
    });
    expect(books?.submissions[0]).toMatchObject({ suppressed: new Set([3]), recipients: 2 });
  });

  it('include those whose own text would break a header or pull in another value', async () => {
    const request = aSendRequest({
      recipients: [
        { email: 'ada@example.com', variables: { first: 'Ada\r\nBcc: eve@example.com' } },
        { email: 'bob@example.com', variables: { first: '%recipient.secret%' } },
        { email: 'cyd@example.com', name: '%recipient_email%' },
        { email: 'eve@example.com', ref: '%recipient.first%' },
        { email: 'dan@example.com', variables: { first: 'Dan', notes: 'two\nlines' } },
      ],
    });

    await sending.send(request);

    expect(sending.gateway.calls[0]?.addresses).toEqual(['dan@example.com']);
  });

  it('leave nothing to call for when nobody else is there', async () => {
    sending.suppressions = suppressing('ada@example.com', 'bob@example.com', 'cyd@example.com');

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.gateway.calls).toHaveLength(0);
    expect(await sending.stored()).toMatchObject({
      state: 'skipped',
      suppressed: new Set([0, 1, 2]),
    });
  });

  it('can not be told when the suppression list fails, and then nobody is mailed', async () => {
    sending.suppressions = { suppressedAmong: () => Promise.reject(new Error('down')) };

    await expect(sending.send(aSendRequest())).rejects.toThrow('down');
    expect(sending.gateway.calls).toHaveLength(0);
  });
});

describe('a domain that must wait', () => {
  const limited: SendOutcome = {
    outcome: 'domainMustWait',
    untilMs: NOW + 3_600_000,
    reason: '429 recipient limit exceeded',
  };

  it('is held until the time Mailgun named, and the batch comes back after it', async () => {
    sending.gateway.script = () => limited;

    const disposition = await sending.send(aSendRequest());

    expect(disposition).toMatchObject({ disposition: 'wait', reason: 'domainMustWait' });
    expect((disposition as { untilMs: number }).untilMs).toBeGreaterThanOrEqual(NOW + 3_600_000);
    expect(await sending.stored()).toMatchObject({ state: 'planned' });
    expect(sending.slowedDown).toBe(1);
    expect(sending.givenBack).toEqual([3]);
    expect(sending.types).toEqual([]);
  });

  it('gets no call from any batch before that, and one after', async () => {
    sending.gateway.script = () => limited;
    await sending.send(aSendRequest());

    expect(await sending.send(aSendRequest({ batchId: '000002' }))).toMatchObject({
      reason: 'domain-held',
    });
    expect(sending.gateway.calls).toHaveLength(1);

    sending.nowMs = NOW + 3_600_000;
    sending.gateway.script = () => ({ outcome: 'taken', messageId: 'x@y' });
    expect(await sending.send(aSendRequest())).toEqual(done);
  });

  it('is held no longer than a day on one word; people hear of more than an hour, and of its end', async () => {
    sending.gateway.script = () => ({ ...limited, untilMs: NOW + 6 * 86_400_000 });

    await sending.send(aSendRequest());
    expect(sending.types).toEqual(['domain.held']);

    const { domain } = await sending.controls.standings(
      { accountId: 'acme', campaignId: 'spring-sale' },
      'mg.example.com',
    );
    expect(domain.heldUntilMs).toBe(NOW + 86_400_000);

    sending.nowMs = NOW + 86_400_000;
    sending.gateway.script = () => ({ outcome: 'taken', messageId: 'x@y' });
    await sending.send(aSendRequest());
    await sending.send(aSendRequest({ batchId: '000002' }));
    expect(sending.types).toEqual(['domain.held', 'domain.released']);
  });

  it('is held as long as Mailgun says of its own queue, when that is longer', async () => {
    sending.gateway.script = () => limited;
    sending.queueStatus = { disabled: true, untilMs: NOW + 5 * 3_600_000, reason: 'too many' };

    await sending.send(aSendRequest());

    expect((await sending.controls.domain('mg.example.com')).heldUntilMs).toBe(NOW + 5 * 3_600_000);
    expect(sending.types).toEqual(['domain.held']);
  });

  it('is held for a growing time of our own where Mailgun named none', async () => {
    sending.gateway.script = () => ({ ...limited, untilMs: undefined });
    const waits: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const disposition = await sending.send(aSendRequest());
      const { untilMs } = disposition as { untilMs: number };
      waits.push(untilMs - sending.nowMs);
      sending.nowMs = untilMs;
    }

    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
    expect(sending.gateway.calls).toHaveLength(4);
  });

  it('never turns waiting into poison', async () => {
    let rounds = 0;
    sending.gateway.script = () =>
      ++rounds < 40 ? { ...limited, untilMs: undefined } : { outcome: 'taken', messageId: 'x@y' };

    await sending.sendUntilDone(aSendRequest());

    expect(sending.letters).toEqual([]);
    expect(await sending.stored()).toMatchObject({ state: 'accepted', attempts: 40 });
  });
});

describe('a domain that can not send', () => {
  it('is blocked once with one notification, and gets no more calls', async () => {
    sending.gateway.script = () => ({ outcome: 'domainCannotSend', reason: '401 Forbidden' });

    expect(await sending.send(aSendRequest())).toMatchObject({ reason: 'domainCannotSend' });
    for (const batchId of ['000001', '000002', '000003']) {
      expect(await sending.send(aSendRequest({ batchId }))).toEqual(done);
    }

    expect(sending.parked.get('message-1')).toMatchObject({ cause: 'domain-blocked' });
    expect(sending.gateway.calls).toHaveLength(1);
    expect(sending.types).toEqual(['domain.blocked']);
    expect(sending.letters).toEqual([]);
  });
});

describe('content that Mailgun refuses', () => {
  it('ends the batch as refused and pauses the campaign with the reason', async () => {
    sending.gateway.script = () => ({
      outcome: 'contentRefused',
      reason: '400 from parameter is missing',
    });

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(await sending.send(aSendRequest({ batchId: '000002' }))).toEqual(done);

    expect(sending.parked.get('message-1')).toMatchObject({ cause: 'campaign-paused' });
    expect(await sending.stored()).toMatchObject({ state: 'refused', part: 'refused' });
    expect(sending.gateway.calls).toHaveLength(1);
    expect(sending.types).toEqual(['campaign.paused']);
  });
});

describe('a pause or a block in the middle of a split batch', () => {
  it('stops the calls that would follow', async () => {
    await sending.controls.capRecipients('mg.example.com', 100);
    sending.gateway.script = async () => {
      const change = { reason: 'enough', actor: 'a person', atMs: NOW };
      if (sending.gateway.calls.length === 2) {
        await sending.controls.pauseCampaign(
          { accountId: 'acme', campaignId: 'spring-sale' },
          change,
        );
      }
      return { outcome: 'taken', messageId: 'x@y' };
    };

    const disposition = await sending.send(aSendRequest({ recipients: recipients(1000) }));

    expect(disposition).toEqual(done);
    expect(sending.parked.size).toBe(1);
    expect(sending.gateway.calls).toHaveLength(2);
  });
});

describe('one bad address in 1,000', () => {
  const takesAllBut = (...bad: string[]) => {
    sending.gateway.script = ({ addresses }) =>
      addresses.some((address) => bad.includes(address))
        ? { outcome: 'addressRefused', reason: "400 'to' parameter is not a valid address" }
        : { outcome: 'taken', messageId: 'x@y' };
  };
  const taken = () =>
    sending.gateway.calls
      .filter(({ addresses }) => !addresses.includes('r637@example.com'))
      .flatMap(({ addresses }) => addresses);

  it('is found with at most 20 more calls; the others are mailed once, it alone is invalid', async () => {
    takesAllBut('r637@example.com');

    await sending.sendUntilDone(aSendRequest({ recipients: recipients(1000) }));

    expect(sending.gateway.calls.length).toBeLessThanOrEqual(21);
    expect(taken()).toHaveLength(999);
    expect(new Set(taken()).size).toBe(999);
    const books = await sending.ledger.readBatch({
      accountId: 'acme',
      campaignId: 'spring-sale',
      batchId: '000001',
    });
    const refusals = books?.submissions.filter(({ state }) => state === 'refused');
    expect(refusals).toMatchObject([
      { range: { from: 637, to: 638 }, part: 'invalid', recipients: 1 },
    ]);
  });

  it('is found again by a replay without another call', async () => {
    takesAllBut('r637@example.com');
    const request = aSendRequest({ recipients: recipients(1000) });
    await sending.sendUntilDone(request);
    const calls = sending.gateway.calls.length;
    const begin = sending.ledger.begin.bind(sending.ledger);
    sending.ledger.begin = async (content, atMs) => {
      const begun = await begin(content, atMs);
      return begun.outcome === 'begun'
        ? { ...begun, batch: { ...begun.batch, state: 'open' } }
        : begun;
    };

    await sending.sendUntilDone(request);

    expect(sending.gateway.calls).toHaveLength(calls);
  });
});

describe('a submission that is too large', () => {
  it('is halved until Mailgun takes it, and the domain remembers', async () => {
    sending.gateway.script = ({ addresses }) =>
      addresses.length > 300
        ? {
            outcome: 'tooLarge',
            limit: 'recipients',
            reason: '403 not allowed to send large batches yet',
          }
        : { outcome: 'taken', messageId: 'x@y' };

    await sending.sendUntilDone(aSendRequest({ recipients: recipients(1000) }));
    const first = sending.gateway.calls.length;
    await sending.sendUntilDone(aSendRequest({ batchId: '000002', recipients: recipients(1000) }));

    const taken = sending.gateway.calls.filter(({ addresses }) => addresses.length <= 300);
    expect(taken.flatMap(({ addresses }) => addresses)).toHaveLength(2000);
    expect(sending.gateway.calls.length - first).toBe(4);
  });

  it('says nothing of its domain when it has too many bytes', async () => {
    sending.gateway.script = ({ addresses }) =>
      addresses.length > 300
        ? { outcome: 'tooLarge', limit: 'bytes', reason: '413 request size exceeds' }
        : { outcome: 'taken', messageId: 'x@y' };

    await sending.sendUntilDone(aSendRequest({ recipients: recipients(1000) }));

    const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
    const { domain } = await sending.controls.standings(campaign, 'mg.example.com');
    expect(domain.recipientCap).toBeUndefined();
  });

  it('is given up when it is a single recipient', async () => {
    sending.gateway.script = () => ({
      outcome: 'tooLarge',
      limit: 'bytes',
      reason: '413 request size exceeds',
    });

    expect(await sending.send(aSendRequest({ recipients: recipients(1) }))).toEqual(done);
    expect(await sending.stored()).toMatchObject({ state: 'refused', part: 'refused' });
  });
});

describe('a call that never left', () => {
  it('is made again after a growing delay', async () => {
    let calls = 0;
    sending.gateway.script = () =>
      ++calls < 4
        ? { outcome: 'notSent', network: true, reason: 'ENOTFOUND' }
        : { outcome: 'taken', messageId: 'x@y' };

    await sending.sendUntilDone(aSendRequest());

    expect(await sending.stored()).toMatchObject({ state: 'accepted', attempts: 4 });
    expect(sending.types).toEqual([]);
  });

  it('is tried fewer than 1,000 times in ten days of an outage, then set aside', async () => {
    sending.gateway.script = () => ({
      ...{ outcome: 'notSent', network: true, reason: 'ECONNREFUSED' },
    });
    await sending.sendUntilParked(aSendRequest());

    expect(sending.gateway.calls.length).toBeLessThan(1000);
    expect(sending.parked.get('message-1')).toMatchObject({ cause: 'aged' });
    expect(sending.results).not.toContain('answered');
  });

  it('is planned again when the key could not be read', async () => {
    sending.gateway.script = () => Promise.reject(new Error('secret unreadable'));

    await expect(sending.send(aSendRequest())).rejects.toThrow('secret unreadable');
    expect(await sending.stored()).toMatchObject({ state: 'planned', attempts: 1 });
  });
});

describe('what became of a call', () => {
  /** The store of submissions fails after the call, so many milliseconds long. */
  const failingFor = (ms: number) => {
    const { advance } = sending.ledger;
    let fromMs: number | undefined;
    sending.ledger.advance = (batch, expected, next) => {
      if (expected?.state !== 'dispatching')
        return advance.call(sending.ledger, batch, expected, next);
      fromMs ??= sending.nowMs;
      return sending.nowMs < fromMs + ms
        ? Promise.reject(new Error('throttled'))
        : advance.call(sending.ledger, batch, expected, next);
    };
  };

  it.each([
    ['accepted', undefined],
    ['planned', { outcome: 'notSent', network: true, reason: 'ENOTFOUND' } as const],
    ['inDoubt', { outcome: 'unknown', cause: 'timeout' } as const],
  ])(
    'is stored as %s as soon as the store is back within the invocation',
    async (state, outcome) => {
      failingFor(60_000);
      if (outcome !== undefined) sending.gateway.script = () => outcome;

      await sending.send(aSendRequest());

      expect(await sending.stored()).toMatchObject({ state, attempts: 1 });
      expect(sending.gateway.calls).toHaveLength(1);
    },
  );

  it('is left to evidence where the store is not, with time to say so', async () => {
    failingFor(600_000);

    await expect(sending.send(aSendRequest())).rejects.toThrow('throttled');
    expect(await sending.stored()).toMatchObject({ state: 'dispatching' });
    expect(sending.nowMs).toBeGreaterThan(NOW + 100_000);
    expect(sending.nowMs).toBeLessThanOrEqual(NOW + 120_000 - 3_000);
  });
});

describe('a call of which nobody can tell', () => {
  const unknown: SendOutcome = { outcome: 'unknown', cause: 'timeout' };

  it('is done once evidence came', async () => {
    sending.gateway.script = () => unknown;
    await sending.send(aSendRequest());
    const submission = {
      accountId: 'acme',
      campaignId: 'spring-sale',
      batchId: '000001',
      path: '/',
    };
    await sending.ledger.acceptedByEvidence(submission, undefined, NOW);

    expect(await sending.send(aSendRequest())).toEqual(done);
    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('is made again under the same message id where the configuration says so', async () => {
    sending.onUnknownOutcome = 'retry';
    let calls = 0;
    sending.gateway.script = () => (++calls < 3 ? unknown : { outcome: 'taken', messageId: 'x@y' });

    await sending.sendUntilDone(aSendRequest());

    expect(sending.gateway.calls).toHaveLength(3);
    expect(new Set(sending.gateway.calls.map(({ fields }) => fields['h:Message-Id'])).size).toBe(1);
  });

  it('is not made again before its delay is over', async () => {
    sending.onUnknownOutcome = 'retry';
    sending.gateway.script = () => unknown;
    await sending.send(aSendRequest());

    expect(await sending.send(aSendRequest())).toMatchObject({
      disposition: 'wait',
      reason: 'in-doubt',
    });
    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('proves itself when the answer comes although another worker gave it up', async () => {
    sending.gateway.script = async () => {
      sending.nowMs += 3_600_000;
      await sending.send(aSendRequest());
      expect(await sending.stored()).toMatchObject({ state: 'inDoubt', cause: 'worker-lost' });
      sending.nowMs -= 3_500_000;
      return { outcome: 'taken', messageId: 'x@y' };
    };

    await sending.send(aSendRequest());

    expect(sending.gateway.calls).toHaveLength(1);
    expect(await sending.stored()).toMatchObject({ state: 'accepted', messageId: 'x@y' });
  });
});

describe('two workers with the same batch', () => {
  it('make one call between them', async () => {
    await Promise.all([sending.send(aSendRequest()), sending.send(aSendRequest())]);

    expect(sending.gateway.calls).toHaveLength(1);
  });

  it('wait for each other as long as the lease is good, and doubt after it', async () => {
    let during: unknown;
    sending.gateway.script = async () => {
      during = await sending.send(aSendRequest());
      return { outcome: 'unknown', cause: 'timeout' };
    };

    await sending.send(aSendRequest());

    expect(during).toMatchObject({ disposition: 'wait', reason: 'another-worker' });
  });
});

describe('an invocation that runs out of time', () => {
  it('begins no call, and loses nothing', async () => {
    expect(await sending.send(aSendRequest(), 20_000)).toMatchObject({ reason: 'out-of-time' });
    expect(sending.gateway.calls).toHaveLength(0);
    expect(await sending.send(aSendRequest())).toEqual(done);
  });
});

describe('a campaign', () => {
  it('keeps the name and size its producer gave', async () => {
    await sending.send(aSendRequest({ campaign: { name: 'Spring sale', expectedRecipients: 3 } }));

    expect(
      await sending.controls.campaign({ accountId: 'acme', campaignId: 'spring-sale' }),
    ).toMatchObject({
      standing: 'active',
      name: 'Spring sale',
      expectedRecipients: 3,
    });
  });
});

it('logs no address, whatever happens', async () => {
  sending.gateway.script = () => ({ outcome: 'domainMustWait', untilMs: undefined, reason: '429' });
  await sending.send(aSendRequest());
  await sending.sendBody('{"recipients":[{"email":"ada@example.com"}]}');

  expect(sending.logged.length).toBeGreaterThan(0);
  expect(JSON.stringify([sending.logged, sending.notifications])).not.toMatch(/@/);
});
