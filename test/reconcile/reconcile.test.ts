import { PermanentError } from '../../lambdas/core/errors';
import { measuresOf } from '../../lambdas/core/metric/measures';
import { unreconciled } from '../../lambdas/core/reconciliation/checkpoint';
import { correlationVariables } from '../../lambdas/core/submission/correlation';
import type { TallyKind } from '../../lambdas/core/tally/tally';
import { PEPPER, theSubmission } from '../record-events/a-recorder';
import {
  aReconciler,
  aSubmission,
  CALLED_AT_MS,
  HOUR_MS,
  logged,
  MESSAGE_ID,
  OUR_ID,
  theRequest,
  type Reconciler,
} from './a-reconciler';

let reconciler: Reconciler;

beforeEach(async () => {
  reconciler = await aReconciler();
});

const at = (hours: number) => ({ disposition: 'wait', untilMs: CALLED_AT_MS + hours * HOUR_MS });
const page = (events: readonly object[], next?: string) =>
  ({ result: 'page', events, next }) as never;
const types = () => reconciler.recorder.notifier.notifications.map(({ type }) => type);

describe('what is missing', () => {
  it('is recorded as if its webhook had come, and nothing else is', async () => {
    const { recorder, eventLog } = reconciler;
    const add = (kind: 'delivered', position: number) =>
      recorder.tallies.add({ batch: theSubmission, kind, positions: new Set([position]) });
    await add('delivered', 0);
    eventLog.events.push(logged('ada@example.com'), logged('bob@example.com'));
    eventLog.events.push(logged('bob@example.com', { event: 'opened' }));
    eventLog.events.push(logged('cyd@example.com', { event: 'complained' }));

    expect(await reconciler.reconcile()).toEqual(at(9));
    expect(reconciler.queued).toHaveLength(3);
    await reconciler.record();

    expect(recorder.tallies.sets).toEqual({
      '000001/complained': [2],
      '000001/delivered': [0, 1],
      '000001/opened': [1],
    });
    expect(recorder.suppressions.entries.size).toBe(1);
  });

  it("is not an open that the recorder counts as a program's", async () => {
    const { recorder, eventLog } = reconciler;
    const machineOpened = { kind: 'machineOpened', positions: new Set([0]) } as const;
    await recorder.tallies.add({ batch: theSubmission, ...machineOpened });
    const atSeconds = Math.floor(CALLED_AT_MS / 1000) + 60;
    const soon = { event: 'opened', timestamp: atSeconds + 2, 'delivered-at': atSeconds };
    eventLog.events.push(logged('ada@example.com', soon));

    await reconciler.reconcile();

    expect(reconciler.queued).toEqual([]);
  });

  it('is found under the id that Mailgun gave the message instead of ours', async () => {
    reconciler.submission = aSubmission({ messageId: MESSAGE_ID });
    const message = { headers: { 'message-id': MESSAGE_ID } };
    reconciler.eventLog.events.push(logged('ada@example.com', { message }));

    await reconciler.reconcile();

    expect(reconciler.queued).toHaveLength(1);
  });

  it.each([
    ['another message', { message: { headers: { 'message-id': `1${OUR_ID.slice(1)}` } } }],
    ['no message', { message: {} }],
    [
      'another batch',
      {
        'user-variables': correlationVariables(PEPPER, { ...theSubmission, batchId: '000002' }),
      },
    ],
    [
      'a batch it does not prove',
      { 'user-variables': { batch: 'acme/spring/000001', path: '/', tag: '0123456789abcdef' } },
    ],
    ['nobody', { recipient: undefined }],
    ['somebody else', { recipient: 'eve@example.com' }],
    ['test mode', { flags: { 'is-test-mode': true } }],
    ['nothing that counts', { event: 'accepted' }],
  ])('is no event of %s', async (_what, fields) => {
    reconciler.eventLog.next.push(page([logged('ada@example.com', fields)]));

    await reconciler.reconcile();

    expect(reconciler.queued).toEqual([]);
  });

  it('needs no variables where Mailgun shows none', async () => {
    reconciler.eventLog.events.push(logged('ada@example.com', { 'user-variables': [] }));

    await reconciler.reconcile();

    expect(reconciler.queued).toHaveLength(1);
  });

  it('leaves what happened just now to its webhook, until the last pass', async () => {
    const timestamp = (CALLED_AT_MS + 23 * HOUR_MS - 1_000) / 1000;
    reconciler.eventLog.events.push(logged('ada@example.com', { event: 'opened', timestamp }));

    reconciler.nowMs = CALLED_AT_MS + 9 * HOUR_MS;
    await reconciler.reconcile();
    expect(reconciler.queued).toEqual([]);
    reconciler.nowMs = CALLED_AT_MS + 23 * HOUR_MS;
    await reconciler.reconcile();

    expect(reconciler.queued).toHaveLength(1);
  });

  it('leaves the same row when it is found twice', async () => {
    reconciler.eventLog.events.push(logged('ada@example.com'));
    await reconciler.reconcile();
    reconciler.nowMs = CALLED_AT_MS + 9 * HOUR_MS;
    await reconciler.reconcile();

    expect(new Set(reconciler.queued.map(({ token }) => token)).size).toBe(1);
    await reconciler.record();
    expect(reconciler.recorder.tallies.sets).toEqual({ '000001/delivered': [0] });
    expect(types()).not.toContain('webhook.refused');
  });
});

describe('passes', () => {
  it('come 1, 9 and 23 hours after the call, and then no more', async () => {
    reconciler.nowMs = CALLED_AT_MS;
    expect(await reconciler.reconcile()).toEqual(at(1));
    expect(reconciler.eventLog.reads).toEqual([]);
    for (const [hour, next] of [
      [1, at(9)],
      [9, at(23)],
      [23, { disposition: 'done' }],
    ] as const) {
      reconciler.nowMs = CALLED_AT_MS + hour * HOUR_MS;
      expect(await reconciler.reconcile()).toEqual(next);
    }
  });

  it('count from the time a message is scheduled for', async () => {
    const deliversFromMs = CALLED_AT_MS + 48 * HOUR_MS;

    expect(await reconciler.reconcile({ ...theRequest, deliversFromMs })).toEqual(at(49));
  });

  it('find what Mailgun showed too late for the one before', async () => {
    await reconciler.reconcile();
    reconciler.eventLog.events.push(logged('ada@example.com'));
    reconciler.nowMs = CALLED_AT_MS + 9 * HOUR_MS;
    await reconciler.reconcile();
    await reconciler.record();

    expect(reconciler.recorder.tallies.sets).toEqual({ '000001/delivered': [0] });
  });

  it('are made once however many requests ask for them', async () => {
    await reconciler.reconcile();
    const reads = reconciler.eventLog.reads.length;
    await reconciler.reconcile();

    expect(reconciler.eventLog.reads).toHaveLength(reads);
  });

  it('that are late together are made once, and said to be behind', async () => {
    reconciler.nowMs = CALLED_AT_MS + 30 * HOUR_MS;

    expect(await reconciler.reconcile()).toEqual({ disposition: 'done' });
    expect(reconciler.recorder.log.withCode('reconciliation-pass')).toMatchObject([
      { fields: { pass: 3, lateSeconds: 7 * 3600, behind: true } },
    ]);
  });
});

describe('a call', () => {
  it.each([
    ['was not taken', aSubmission({ state: 'planned' })],
    ['was refused', aSubmission({ state: 'refused' })],
    ['was split', aSubmission({ state: 'split' } as never)],
    ['was skipped', aSubmission({ state: 'skipped' })],
    ['was made again', aSubmission({ attempts: 2 })],
  ])('that %s has nothing to reconcile', async (_what, submission) => {
    reconciler.submission = submission;

    expect(await reconciler.reconcile()).toEqual({ disposition: 'done' });
    expect(reconciler.eventLog.reads).toEqual([]);
  });

  it('that a later one of its submission has overtaken leaves the checkpoint to that', async () => {
    const later = { ...unreconciled(2), passesDone: 2 };
    await reconciler.checkpoints.write(theSubmission, undefined, later);

    expect(await reconciler.reconcile()).toEqual({ disposition: 'done' });

    expect(reconciler.eventLog.reads).toEqual([]);
    expect((await reconciler.checkpoints.read(theSubmission))?.checkpoint).toEqual(later);
  });

  it('that was never made is forgotten once no worker can be about to make it', async () => {
    reconciler.submission = undefined;
    expect(await reconciler.reconcile()).toEqual({ disposition: 'done' });

    const calledAtMs = reconciler.nowMs - 60_000;
    expect(await reconciler.reconcile({ ...theRequest, calledAtMs })).toMatchObject({
      disposition: 'wait',
    });
  });

  it('in doubt waits for its own search, and is evidence where it left events', async () => {
    reconciler.submission = aSubmission({ state: 'inDoubt' } as never);
    expect(await reconciler.reconcile()).toEqual(at(1.5));
    reconciler.eventLog.events.push(logged('ada@example.com'));
    expect(await reconciler.reconcile()).toEqual(at(1.5));
    await reconciler.record();

    expect(reconciler.recorder.acceptance.accepted).toHaveLength(1);
    reconciler.submission = aSubmission();
    expect(await reconciler.reconcile()).toMatchObject({ disposition: 'wait' });
    expect((await reconciler.checkpoints.read(theSubmission))?.checkpoint.passesDone).toBe(1);
  });

  it('is given up, with its reason, when it could not be reconciled for ten days', async () => {
    reconciler.nowMs = CALLED_AT_MS + 241 * HOUR_MS;

    await expect(reconciler.reconcile()).rejects.toThrow(PermanentError);
  });
});

describe("Mailgun's pages", () => {
  it('may be empty in the middle', async () => {
    reconciler.eventLog.next.push(page([logged('ada@example.com')], '1'), page([], '2'));
    reconciler.eventLog.next.push(page([logged('bob@example.com')], '3'));

    await reconciler.reconcile();

    expect(reconciler.queued).toHaveLength(2);
  });

  it('may come twice', async () => {
    const same = page([logged('ada@example.com')], '1');
    reconciler.eventLog.next.push(same, page([logged('ada@example.com')], '2'));

    await reconciler.reconcile();

    expect(reconciler.queued).toHaveLength(1);
  });

  it('that lead back for ever are read again later', async () => {
    for (let times = 0; times < 3; times += 1) {
      reconciler.eventLog.next.push(page([logged('ada@example.com')], '1'));
    }

    expect(await reconciler.reconcile()).toMatchObject({ disposition: 'wait' });
    expect(reconciler.eventLog.reads).toHaveLength(2);
  });

  it('that never end are given up after 3,000, and the pass is over', async () => {
    let reads = 0;
    reconciler.eventLog.read = () => {
      reads += 1;
      if (reads > 4_000) throw new Error('endless');
      return Promise.resolve(page([logged('ada@example.com')], String(reads)));
    };

    expect(await reconciler.reconcile()).toEqual(at(9));

    expect(reads).toBe(3_000);
    expect(reconciler.queued).toHaveLength(1);
    expect(reconciler.recorder.log.withCode('reconciliation-endless')).toHaveLength(1);
  });

  it('go on where a limit stopped them, at the time Mailgun named', async () => {
    const untilMs = reconciler.nowMs + 2 * HOUR_MS;
    reconciler.eventLog.next.push(page([logged('ada@example.com')], '1'));
    reconciler.eventLog.next.push({ result: 'later', untilMs, reason: '429' });

    expect(await reconciler.reconcile()).toEqual({ disposition: 'wait', untilMs: untilMs + 500 });
    reconciler.nowMs = untilMs + 500;
    reconciler.eventLog.next.push(page([logged('bob@example.com')]));
    expect(await reconciler.reconcile()).toEqual(at(9));

    expect(reconciler.eventLog.reads).toEqual([undefined, '1', '1']);
    expect(reconciler.queued).toHaveLength(2);
  });

  it('begin anew when the link to the next one has grown old', async () => {
    const fault = { result: 'later', untilMs: undefined, reason: '400' } as const;
    reconciler.eventLog.next.push(page([logged('ada@example.com')], '1'), fault, fault);
    await reconciler.reconcile();
    await reconciler.reconcile();
    await reconciler.reconcile();

    expect(reconciler.eventLog.reads.slice(0, 4)).toEqual([undefined, '1', '1', undefined]);
  });

  it('that may not be read end with the last pass, and are told of once', async () => {
    reconciler.eventLog.read = () => Promise.resolve({ result: 'unreadable', reason: '403' });

    await reconciler.reconcileUntilDone();

    expect(types()).toEqual(['reconciliation.unreadable']);
  });
});

describe('the line of a pass measures', () => {
  const measured = () =>
    reconciler.recorder.log
      .withCode('reconciliation-pass')
      .map(({ fields }) =>
        Object.fromEntries(measuresOf(fields).map((one) => [one.name, one.count])),
      );
  const tally = (kind: TallyKind, ...positions: number[]) =>
    reconciler.recorder.tallies.add({ batch: theSubmission, kind, positions: new Set(positions) });

  it('webhooks that never came, by the recipients whose outcome only Mailgun had', async () => {
    await tally('delivered', 0);
    reconciler.eventLog.events.push(logged('ada@example.com'), logged('bob@example.com'));
    reconciler.eventLog.events.push(logged('bob@example.com', { event: 'opened' }));

    await reconciler.reconcile();

    expect(measured()).toEqual([
      { EventsRepaired: 2, OutcomesRecovered: 1, RecipientsCompared: 3 },
    ]);
  });

  it('no second outcome of somebody of whom a webhook brought the first', async () => {
    await tally('failed', 0);
    reconciler.eventLog.events.push(logged('ada@example.com'));

    await reconciler.reconcile();

    expect(measured()).toEqual([{ EventsRepaired: 1, RecipientsCompared: 3 }]);
  });

  it('nobody twice, over all passes', async () => {
    reconciler.eventLog.events.push(logged('ada@example.com'), logged('bob@example.com'));

    await reconciler.reconcileUntilDone();

    const sum = (name: string) => measured().reduce((all, one) => all + (one[name] ?? 0), 0);
    expect([sum('OutcomesRecovered'), sum('RecipientsConcluded')]).toEqual([2, 3]);
  });

  it('recipients of whom Mailgun itself has no outcome a day after, and none before', async () => {
    await tally('delivered', 0);
    await tally('deferred', 1);
    reconciler.eventLog.events.push(logged('cyd@example.com', { event: 'opened' }));

    await reconciler.reconcileUntilDone();

    const [first, second, last] = measured();
    expect([first, second]).toEqual([
      expect.not.objectContaining({ RecipientsConcluded: 3 }),
      expect.not.objectContaining({ RecipientsConcluded: 3 }),
    ]);
    expect(last).toMatchObject({ RecipientsConcluded: 3, RecipientsOutstanding: 2 });
  });

  it('nobody outstanding who bounced or failed, or was mailed in test mode', async () => {
    await tally('bounced', 0);
    await tally('failed', 1);
    const flags = { 'is-test-mode': true };
    reconciler.eventLog.events.push(logged('cyd@example.com', { flags }));

    await reconciler.reconcileUntilDone();

    expect(measured().at(-1)).toEqual({ RecipientsCompared: 3, RecipientsConcluded: 3 });
  });

  it('only the recipients of its own submission', async () => {
    reconciler.submission = aSubmission({ range: { from: 1, to: 3 }, recipients: 2 });
    await tally('delivered', 0, 1);

    await reconciler.reconcileUntilDone();

    expect(measured().at(-1)).toMatchObject({ RecipientsConcluded: 2, RecipientsOutstanding: 1 });
  });

  it('who is outstanding where Mailgun lets nobody read, too', async () => {
    await tally('delivered', 0);
    reconciler.eventLog.read = () => Promise.resolve({ result: 'unreadable', reason: '403' });

    await reconciler.reconcileUntilDone();

    expect(measured()).toEqual([{}, {}, { RecipientsConcluded: 3, RecipientsOutstanding: 2 }]);
  });

  it('nobody of a call that Mailgun may not have', async () => {
    reconciler.submission = aSubmission({ state: 'inDoubt' } as never);
    reconciler.nowMs = CALLED_AT_MS + 23 * HOUR_MS;

    await reconciler.reconcile();

    expect(measured()).toEqual([{}]);
  });
});

describe('people are told', () => {
  it('once, what a campaign lacked', async () => {
    reconciler.eventLog.events.push(logged('ada@example.com'), logged('bob@example.com'));

    await reconciler.reconcileUntilDone();

    expect(reconciler.recorder.notifier.notifications).toMatchObject([
      { type: 'reconciliation.repaired', details: { events: 2, batches: 1, delivered: 2 } },
    ]);
  });

  it('no more often than every quarter of an hour, and then everything', async () => {
    const other = { ...theRequest, batchId: '000002' };
    const [record] = reconciler.recorder.recipients.records.values();
    await reconciler.recorder.recipients.record(other, { ...record!, domain: 'mg.example.com' });
    const variables = { 'user-variables': [] };
    reconciler.eventLog.events.push(logged('ada@example.com', variables));
    await reconciler.reconcile();
    reconciler.nowMs += 1_000;

    expect(await reconciler.reconcile(other)).toEqual({
      disposition: 'wait',
      untilMs: CALLED_AT_MS + HOUR_MS + 15 * 60_000,
    });
    reconciler.nowMs = CALLED_AT_MS + 2 * HOUR_MS;
    expect(await reconciler.reconcile(other)).toEqual(at(9));
    expect(reconciler.recorder.notifier.notifications.at(-1)).toMatchObject({
      details: { events: 2, batches: 2 },
    });
  });
});

it('logs no address', async () => {
  reconciler.eventLog.events.push(logged('ada@example.com'));
  await reconciler.reconcileUntilDone();

  expect(reconciler.recorder.log.text).toContain('reconciliation-pass');
  expect(reconciler.recorder.log.text).not.toContain('@');
});
