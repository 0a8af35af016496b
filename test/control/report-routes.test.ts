import type { GuardFacts } from '../../lambdas/core/guard/guard-record';
import type { Finding } from '../../lambdas/core/guard/judgement';
import {
  aBatch,
  anAcceptedSubmission,
  anInDoubtSubmission,
  aPlannedSubmission,
  aRefusedSubmission,
} from '../support/builders/batches';
import { ControlFixture, digestOf, NOW, recordOf } from './control-fixture';

const campaign = { account: 'acme', campaign: 'spring' };
const REPORT = 'GET /campaigns/{account}/{campaign}';
const LOOK_UP = 'GET /campaigns/{account}/{campaign}/recipients/{email}';
const key = { accountId: 'acme', campaignId: 'spring' };

/** A campaign of one batch: Ada, Bob twice, Cy suppressed. */
function aCampaign(): ControlFixture {
  const fixture = new ControlFixture();
  fixture.batches.set('spring', [
    {
      batch: aBatch({ batchId: '1', duplicate: new Set([2]) }),
      submissions: [anAcceptedSubmission({ suppressed: new Set([3]) })],
    },
  ]);
  fixture.records.set(
    '1',
    recordOf('ada@example.com', 'bob@example.com', 'bob@example.com', 'cy@example.com'),
  );
  return fixture;
}

const lookUp = (fixture: ControlFixture, email: string) =>
  fixture.call(LOOK_UP, { ...campaign, email });

describe('the report', () => {
  it('is 404 for a campaign nothing is known of', async () => {
    const { status, answer } = await new ControlFixture().call(REPORT, campaign);

    expect(status).toBe(404);
    expect(answer).toMatchObject({
      error: {
        code: 'campaign-not-found',
        message: expect.stringMatching(/queued, or be on the dead-letter queue/) as string,
      },
    });
  });

  it('counts what is stored', async () => {
    const fixture = aCampaign();
    fixture.tallies.push({
      batch: { ...key, batchId: '1' },
      kind: 'delivered',
      positions: new Set([0, 1]),
    });

    const { status, answer } = await fixture.call(REPORT, campaign);

    expect(status).toBe(200);
    expect(answer).toMatchObject({
      status: 'active',
      recipients: { audience: 4, accepted: 2, duplicate: 1, suppressed: 1, pending: 0 },
      outcomes: { delivered: 2, outstanding: 0 },
      rates: { open: 0, bounce: 0 },
    });
  });
});

describe('the guard in the report', () => {
  const finding: Finding = {
    ...{ level: 'warn', kind: 'bounce', window: 'short' },
    ...{ events: 30, of: 500, rate: 0.06, limit: 0.05 },
  };
  const figures = {
    ...{ kind: 'bounce', window: 'short', windowHours: 1 },
    ...{ events: 30, of: 500, rate: 0.06, threshold: 0.05 },
  };
  const facts: GuardFacts = { level: 'warn', warned: [], finding, evaluatedAtMs: NOW - 5 };
  const act = { atMs: NOW - 9, reason: 'too many', figures: { events: 99 }, isDone: true };
  const guardOf = async (fixture: ControlFixture) =>
    (await fixture.call(REPORT, campaign)).answer['guard'];

  it('is null while nothing was evaluated', async () => {
    expect(await guardOf(aCampaign())).toBeNull();
  });

  it('tells the last finding, and when', async () => {
    const fixture = aCampaign();
    fixture.guardRecords.entries.set('acme/spring', { facts, nextAtMs: 0, token: 'a' });

    expect(await guardOf(fixture)).toEqual({
      ...{ level: 'warn', trigger: figures, evaluatedAt: '2026-11-30T23:59:59.995Z' },
    });
  });

  it('tells what it paused for, while that pause stands', async () => {
    const fixture = aCampaign();
    const change = { reason: 'too many', actor: 'guard', atMs: NOW - 9 };
    await fixture.controls.pauseCampaign(key, change);
    const after: GuardFacts = { level: 'none', warned: [], evaluatedAtMs: NOW, act };
    fixture.guardRecords.entries.set('acme/spring', { facts: after, nextAtMs: 0, token: 'a' });

    const { answer } = await fixture.call(REPORT, campaign);
    expect(answer).toMatchObject({
      ...{ status: 'paused', reason: 'too many', since: '2026-11-30T23:59:59.991Z' },
      guard: { level: 'pause', trigger: { events: 99 } },
    });

    await fixture.controls.resumeCampaign(key, { ...change, atMs: NOW });
    expect(await guardOf(fixture)).toMatchObject({ level: 'none', trigger: null });
    await fixture.controls.pauseCampaign(key, { ...change, actor: 'grace', atMs: NOW + 1 });
    expect(await guardOf(fixture)).toMatchObject({ level: 'none', trigger: null });
  });
});

describe('the look-up of a recipient', () => {
  it('tells the part, the message and the outcomes', async () => {
    const fixture = aCampaign();
    const batch = { ...key, batchId: '1' };
    fixture.tallies.push(
      { batch, kind: 'opened', positions: new Set([0]) },
      { batch, kind: 'delivered', positions: new Set([0, 1]) },
      { batch, kind: 'bounced', positions: new Set([1]) },
    );

    const { status, answer } = await lookUp(fixture, 'ada@example.com');

    expect(status).toBe(200);
    expect(answer).toEqual({
      accountId: 'acme',
      campaignId: 'spring',
      asOf: '2026-12-01T00:00:00.000Z',
      entries: [
        {
          batchId: '1',
          position: 0,
          domain: 'mg.example.com',
          part: 'accepted',
          messageId: 'm1@mg.example.com',
          outcomes: ['delivered', 'opened'],
        },
      ],
      suppressions: [],
      unsearchedBatches: 0,
    });
  });

  it.each(['ada%40example.com', 'ada@example.com', 'ADA@Example.com', '%20ada@example.com'])(
    'takes the address as %s',
    async (email) => {
      expect((await lookUp(aCampaign(), email)).status).toBe(200);
    },
  );

  it('keeps the plus of an address that is not encoded', async () => {
    const fixture = aCampaign();
    fixture.records.set('1', recordOf('ada+news@example.com'));

    expect((await lookUp(fixture, 'ada+news@example.com')).status).toBe(200);
    expect((await lookUp(fixture, 'ada%2Bnews%40example.com')).status).toBe(200);
  });

  it('tells every place of a recipient that was named twice', async () => {
    const { answer } = await lookUp(aCampaign(), 'bob@example.com');

    expect(answer['entries']).toEqual([
      expect.objectContaining({ position: 1, part: 'accepted', messageId: 'm1@mg.example.com' }),
      { batchId: '1', position: 2, domain: 'mg.example.com', part: 'duplicate', outcomes: [] },
    ]);
  });

  it('tells what suppresses a recipient on the domain', async () => {
    const fixture = aCampaign();
    const recipient = digestOf('cy@example.com');
    const suppression = {
      recipient,
      reason: 'unsubscribe',
      cause: 'webhook',
      observedAtMs: 0,
      tags: ['spring'],
    } as const;
    fixture.suppressions.push(
      { ...suppression, domain: 'other.example.com' },
      { ...suppression, domain: 'mg.example.com' },
    );

    const { answer } = await lookUp(fixture, 'cy@example.com');

    expect(answer).toMatchObject({
      entries: [{ position: 3, part: 'suppressed' }],
      suppressions: [
        {
          domain: 'mg.example.com',
          reason: 'unsubscribe',
          cause: 'webhook',
          observedAt: '1970-01-01T00:00:00.000Z',
          tags: ['spring'],
        },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain('messageId');
  });

  it.each([
    [
      'in doubt',
      anInDoubtSubmission(),
      { part: 'inDoubt', reason: 'timeout', messageId: 'm1@mg.example.com' },
    ],
    ['refused', aRefusedSubmission(), { part: 'refused', reason: 'content refused' }],
    [
      'refused for its address',
      aRefusedSubmission({ part: 'invalid' }),
      { part: 'invalid', reason: 'content refused' },
    ],
    ['pending', aPlannedSubmission(), { part: 'pending', outcomes: [] }],
  ])('tells what keeps a recipient %s', async (_case, submission, expected) => {
    const fixture = aCampaign();
    fixture.batches.set('spring', [{ batch: aBatch({ batchId: '1' }), submissions: [submission] }]);

    const { answer } = await lookUp(fixture, 'ada@example.com');

    expect(answer['entries']).toEqual([expect.objectContaining(expected)]);
  });

  it('finds a recipient in any of many batches, in their order', async () => {
    const fixture = new ControlFixture();
    const ids = Array.from({ length: 40 }, (_, index) => String(index).padStart(3, '0'));
    fixture.batches.set(
      'spring',
      ids.map((batchId) => ({ batch: aBatch({ batchId }), submissions: [] })),
    );
    for (const id of ids) fixture.records.set(id, recordOf(`r${id}@example.com`));
    fixture.records.set('039', recordOf('r003@example.com'));

    const { answer } = await lookUp(fixture, 'r003@example.com');

    expect((answer['entries'] as { batchId: string }[]).map(({ batchId }) => batchId)).toEqual([
      '003',
      '039',
    ]);
    expect(answer['entries']).toEqual([
      expect.objectContaining({ part: 'pending' }),
      expect.objectContaining({ part: 'pending' }),
    ]);
  });

  it('counts the batches whose recipients are not recorded yet', async () => {
    const fixture = aCampaign();
    fixture.batches.get('spring')?.push({ batch: aBatch({ batchId: '2' }), submissions: [] });

    expect((await lookUp(fixture, 'ada@example.com')).answer['unsearchedBatches']).toBe(1);
  });

  it('is 404 for a recipient of no batch, telling how many were searched', async () => {
    const { status, answer } = await lookUp(aCampaign(), 'eve@example.com');

    expect(status).toBe(404);
    expect(answer).toEqual({
      error: {
        code: 'recipient-not-found',
        message: 'the recipient is in none of the batches searched: 1',
      },
    });
  });

  it('is another 404 while the recipient may be in a batch that was not tried yet', async () => {
    const fixture = aCampaign();
    fixture.batches.get('spring')?.push({ batch: aBatch({ batchId: '2' }), submissions: [] });

    const { status, answer } = await lookUp(fixture, 'eve@example.com');

    expect(status).toBe(404);
    expect(answer).toEqual({
      error: {
        code: 'recipient-not-found-yet',
        message: expect.stringMatching(
          /none of the batches searched: 1; .* held ones: 1$/,
        ) as string,
      },
    });
  });

  it('is 404 for a campaign without a batch', async () => {
    const { status, answer } = await lookUp(new ControlFixture(), 'ada@example.com');

    expect(status).toBe(404);
    expect(answer).toMatchObject({
      error: {
        code: 'campaign-not-found',
        message: expect.stringMatching(/queued, or be on the dead-letter queue/) as string,
      },
    });
  });

  it('is 400 for what is no address, and does not repeat it', async () => {
    const { status, answer } = await lookUp(aCampaign(), 'not an@address');

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'invalid-address' } });
    expect(JSON.stringify(answer)).not.toContain('@address');
  });

  it('logs nothing of the recipient', async () => {
    const fixture = aCampaign();

    await lookUp(fixture, 'ada@example.com');
    await lookUp(fixture, 'eve@example.com');
    await lookUp(fixture, 'not an@address');

    expect(fixture.logged).toEqual([]);
  });
});
