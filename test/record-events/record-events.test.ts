import fc from 'fast-check';
import { TransientError } from '../../lambdas/core/errors';
import type { JsonObject } from '../../lambdas/core/json';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import { correlationVariables } from '../../lambdas/core/submission/correlation';
import { groundsAgainst, withRemoved } from '../../lambdas/core/suppression/suppression-record';
import { aFailure, anEventData, webhookEvent, webhookNames } from '../support/builders/webhooks';
import {
  ADDRESSES,
  aRecord,
  aRecorder,
  MESSAGE_ID,
  NOW_MS,
  ourEvent,
  PEPPER,
  recordOf,
  theSubmission,
} from './a-recorder';

const suppressed = (address: string) =>
  ['mg.example.com', recipientDigest(PEPPER, address).toString('hex')].join('/');

describe('recording events', () => {
  it('adds a recipient to the tally of what happened, at its position', async () => {
    const { recordEvents, tallies } = await aRecorder();

    const failed = await recordEvents([
      aRecord(ourEvent({ recipient: 'ada@example.com' })),
      aRecord(ourEvent({ recipient: 'Cyd@Example.com' })),
      aRecord(ourEvent({ event: 'opened', recipient: 'cyd@example.com' })),
    ]);

    expect(failed).toEqual([]);
    expect(tallies.sets).toEqual({ '000001/delivered': [0, 2], '000001/opened': [2] });
  });

  it('adds to one tally once an invocation, however many events there are', async () => {
    const { recordEvents, tallies } = await aRecorder();

    await recordEvents(ADDRESSES.map((recipient) => aRecord(ourEvent({ recipient }))));

    expect(tallies.writes).toBe(1);
  });

  it('keeps each event as a row with its position and its codes', async () => {
    const { recordEvents, events } = await aRecorder();
    const status = { code: 550, message: '5.1.1 ada@example.com unknown' };

    await recordEvents([
      aRecord({ ...aFailure({ status }), 'user-variables': ourEvent()['user-variables'] }),
    ]);

    const [row] = [...events.rows.values()];
    expect(row).toMatchObject({
      owner: { kind: 'ours', submission: theSubmission, position: 0 },
      type: 'bounced',
      failure: { cause: 'dead-mailbox', code: 550, enhancedCode: '5.1.1' },
      occurredAtMs: 1770146431658,
    });
    expect(JSON.stringify({ ...row, messageId: undefined })).not.toContain('@');
  });

  it('keeps no message id that could name its recipient, neither in the row nor as evidence', async () => {
    const { recordEvents, events, acceptance } = await aRecorder();
    const message = { headers: { 'message-id': 'to-ada=example.com@list.example.org' } };

    await recordEvents([aRecord(ourEvent({ message })), aRecord(anEventData({ message }))]);

    expect([...events.rows.values()].map(({ messageId }) => messageId)).toEqual([
      undefined,
      undefined,
    ]);
    expect(acceptance.accepted).toEqual([{ submission: theSubmission, messageId: undefined }]);
  });

  it('takes the time of the signature for an event without one', async () => {
    const { recordEvents, events } = await aRecorder();

    await recordEvents([aRecord(ourEvent({ timestamp: null }), { signedAtMs: 1770146432000 })]);

    expect([...events.rows.values()][0]!.occurredAtMs).toBe(1770146432000);
  });

  it.each([
    ['a clock that is ahead', NOW_MS / 1000 + 90],
    ['no clock at all', 99_999_999_999],
  ])(
    'never happens after it came, whatever %s says: it could not be removed',
    async (_what, time) => {
      const { recordEvents, events, suppressions } = await aRecorder();
      await recordEvents([aRecord(ourEvent({ event: 'complained', timestamp: time }))]);

      const [record] = [...suppressions.records.values()];
      const removal = { atMs: NOW_MS, actor: 'grace', reason: 'asked to', removed: [] };

      expect([...events.rows.values()][0]!.occurredAtMs).toBe(NOW_MS - 500);
      expect(groundsAgainst(withRemoved(record, removal))).toEqual([]);
    },
  );

  it.each(webhookNames().filter((name) => !/^(legacy|missing|bad)/.test(name)))(
    'takes %s for mail of someone else, which changes nothing',
    async (name) => {
      const { recordEvents, events, tallies, suppressions, acceptance } = await aRecorder();
      const foreign = {
        ...webhookEvent(name),
        message: { headers: { 'message-id': 'not-ours@mg.example.com' } },
      };

      const failed = await recordEvents([aRecord(foreign)]);

      expect(failed).toEqual([]);
      expect([...events.rows.values()].map(({ owner }) => owner.kind)).toEqual(['foreign']);
      expect(tallies.sets).toEqual({});
      expect(suppressions.entries.size).toBe(0);
      expect(acceptance.accepted).toEqual([]);
    },
  );

  it.each(webhookNames().filter((name) => !/^(legacy|missing|bad)/.test(name)))(
    'records %s when it is about a recipient of ours',
    async (name) => {
      const { recordEvents, events } = await aRecorder();
      const ours = {
        ...webhookEvent(name),
        recipient: 'ada@example.com',
        'user-variables': ourEvent()['user-variables'],
      };

      const failed = await recordEvents([aRecord(ours)]);

      expect(failed).toEqual([]);
      expect([...events.rows.values()].map(({ owner }) => owner)).toEqual([
        { kind: 'ours', submission: theSubmission, position: 0 },
      ]);
    },
  );
});

describe('finding out whose an event is', () => {
  it.each([
    ['no variables', undefined],
    ['an empty list of variables', []],
    ['variables that Mailgun could not load', 'Could not load user-variables.'],
    ['variables of someone else', { batch: 'acme/spring/000001', path: '/', tag: 'f'.repeat(16) }],
  ])('goes by the message id when there are %s', async (_what, variables) => {
    const { recordEvents, tallies } = await aRecorder();
    const message = { headers: { 'message-id': `<${MESSAGE_ID}>` } };

    await recordEvents([aRecord(ourEvent({ 'user-variables': variables, message }))]);

    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
  });

  it('goes by the variables before the message id is known', async () => {
    const { recordEvents, tallies, messages } = await aRecorder();
    messages.entries.clear();

    await recordEvents([aRecord(ourEvent())]);

    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
  });

  it('finds a message id that was stored after it was first asked for', async () => {
    const { recordEvents, tallies, messages } = await aRecorder();
    messages.entries.clear();
    const event = ourEvent({ 'user-variables': [] });

    await recordEvents([aRecord(event)]);
    await messages.record(MESSAGE_ID, theSubmission);
    await recordEvents([aRecord(event)]);

    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
  });

  it('asks for the recipients of a batch once, however many events and invocations', async () => {
    const { recordEvents, recipients } = await aRecorder();
    const read = jest.spyOn(recipients, 'read');

    await recordEvents(ADDRESSES.map((recipient) => aRecord(ourEvent({ recipient }))));
    await recordEvents([aRecord(ourEvent())]);

    expect(read).toHaveBeenCalledTimes(1);
  });

  it('asks again for recipients that could not be read', async () => {
    const { recordEvents, recipients, tallies } = await aRecorder();
    const record = aRecord(ourEvent());
    jest.spyOn(recipients, 'read').mockRejectedValueOnce(new Error('throttled'));

    expect(await recordEvents([record])).toEqual([record.messageId]);
    expect(await recordEvents([record])).toEqual([]);
    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
  });

  it.each([
    ['someone who is not in the batch', 'eve@example.com'],
    ['nobody', undefined],
  ])('keeps an event about %s, and counts it nowhere', async (_who, recipient) => {
    const { recordEvents, events, tallies, suppressions, log } = await aRecorder();

    const failed = await recordEvents([aRecord(ourEvent({ event: 'complained', recipient }))]);

    expect(failed).toEqual([]);
    expect(events.rows.size).toBe(1);
    expect(tallies.sets).toEqual({});
    expect(suppressions.entries.size).toBe(0);
    expect(log.withCode('events-recorded')[0]!.fields).toMatchObject({ 'unknown-recipient': 1 });
  });

  it('keeps an event of a batch that was forgotten, and makes nothing of it anew', async () => {
    const { recordEvents, recipients, events, tallies, suppressions, watchList } =
      await aRecorder();
    recipients.records.clear();

    expect(await recordEvents([aRecord(ourEvent({ event: 'complained' }))])).toEqual([]);

    expect([...events.rows.values()][0]!.owner).toMatchObject({ submission: theSubmission });
    expect([tallies.sets, suppressions.entries.size]).toEqual([{}, 0]);
    expect(await watchList.list(NOW_MS)).toEqual([]);
  });

  it('stores what has neither submission nor domain', async () => {
    const { recordEvents, events } = await aRecorder();

    await recordEvents([aRecord({})]);

    expect([...events.rows.values()].map(({ owner, type }) => ({ owner, type }))).toEqual([
      { owner: { kind: 'foreign', domain: 'unknown' }, type: 'unknown' },
    ]);
  });

  it('keeps the shape of an event that nobody knows yet', async () => {
    const { recordEvents, events, tallies } = await aRecorder();

    await recordEvents([aRecord(ourEvent({ event: 'levitated', height: 3, 'ada@x': 1 }))]);

    expect([...events.rows.values()][0]).toMatchObject({
      type: 'unknown',
      providerEvent: 'levitated',
      fields: 'domain,event,height,id,message,recipient,tags,timestamp,user-variables',
    });
    expect(tallies.sets).toEqual({});
  });
});

describe('repetition', () => {
  it('counts a call that comes twice once, in one row', async () => {
    const { recordEvents, tallies, events } = await aRecorder();
    const record = aRecord(ourEvent());

    await recordEvents([record, { ...record, messageId: 'redelivered' }]);
    await recordEvents([record]);

    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
    expect(events.rows.size).toBe(1);
  });

  it('counts five deferrals of one recipient as one deferred recipient', async () => {
    const { recordEvents, tallies } = await aRecorder();
    const deferral = ourEvent({ event: 'failed', severity: 'temporary' });

    await recordEvents(Array.from({ length: 5 }, () => aRecord(deferral)));

    expect(tallies.sets).toEqual({ '000001/deferred': [0] });
  });

  it('refuses another body under the same token, and says so once an invocation', async () => {
    const { recordEvents, tallies, notifier, log } = await aRecorder();
    const token = 't'.repeat(50);
    await recordEvents([aRecord(ourEvent(), { token })]);

    const failed = await recordEvents([
      aRecord(ourEvent({ event: 'complained' }), { token }),
      aRecord(ourEvent({ event: 'opened', recipient: 'bob@example.com' }), { token }),
    ]);

    expect(failed).toEqual([]);
    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
    expect(notifier.notifications).toEqual([
      {
        version: 1,
        type: 'webhook.refused',
        at: '2026-02-03T19:20:33.000Z',
        reason: 'replayed-token',
        details: { count: 2 },
      },
    ]);
    expect(log.withCode('webhook-token-replayed')[0]!.fields).toMatchObject({ count: 2 });
  });

  it('comes to the same tallies and suppressions in any order, with any repetition', async () => {
    const kinds: JsonObject[] = [
      {},
      { event: 'opened' },
      { event: 'opened', 'client-info': { bot: 'apple' } },
      { event: 'clicked' },
      { event: 'complained' },
      { event: 'unsubscribed', tags: ['*'] },
      { event: 'failed', severity: 'temporary' },
      {
        event: 'failed',
        severity: 'permanent',
        'delivery-status': { code: 550, message: '5.1.1' },
      },
      { event: 'failed', severity: 'permanent', reason: 'suppress-complaint' },
    ];
    const eventData = fc
      .record({ kind: fc.constantFrom(...kinds), recipient: fc.constantFrom(...ADDRESSES) })
      .map(({ kind, recipient }) => ourEvent({ ...kind, recipient }));
    const scenario = fc
      .array(eventData, { minLength: 1, maxLength: 12 })
      .map((events) => events.map((event) => aRecord(event)))
      .chain((records) => {
        // The same call again, and the same event signed anew under another token.
        const signedAnew = records.map(({ body }) => {
          const { eventData: again } = JSON.parse(body) as { eventData: JsonObject };
          return aRecord(again);
        });
        const all = [...records, ...records, ...signedAnew];
        return fc.record({
          records: fc.constant(records),
          shuffled: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
          cut: fc.nat(all.length),
        });
      });

    await fc.assert(
      fc.asyncProperty(scenario, async ({ records, shuffled, cut }) => {
        const [once, again] = [await aRecorder(), await aRecorder()];
        await once.recordEvents(records);
        await again.recordEvents(shuffled.slice(0, cut));
        await again.recordEvents(shuffled.slice(cut));

        expect(again.tallies.sets).toEqual(once.tallies.sets);
        expect([...again.suppressions.entries.keys()].sort()).toEqual(
          [...once.suppressions.entries.keys()].sort(),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('a store that fails', () => {
  it('gives back only the records whose rows were not stored', async () => {
    const { recordEvents, events, tallies } = await aRecorder();
    const records = Array.from({ length: 100 }, (_, index) =>
      aRecord(ourEvent({ recipient: ADDRESSES[index % 3] }), { token: `token-${index}` }),
    );
    events.failing = new Set(['token-1', 'token-50', 'token-99']);

    const failed = await recordEvents(records);

    const expected = [records[1]!, records[50]!, records[99]!].map(({ messageId }) => messageId);
    expect([...failed].sort()).toEqual(expected.sort());
    expect(events.rows.size).toBe(97);
    expect(tallies.sets).toEqual({ '000001/delivered': [0, 1, 2] });
  });

  it('gives back the records whose tally was not written, and heals when they come again', async () => {
    const { recordEvents, tallies } = await aRecorder();
    const delivered = aRecord(ourEvent());
    const opened = aRecord(ourEvent({ event: 'opened' }));
    tallies.failing = new Set(['opened']);

    expect(await recordEvents([delivered, opened])).toEqual([opened.messageId]);
    expect(tallies.sets).toEqual({ '000001/delivered': [0] });

    tallies.failing.clear();
    expect(await recordEvents([opened])).toEqual([]);
    expect(tallies.sets).toEqual({ '000001/delivered': [0], '000001/opened': [0] });
  });

  it('gives back the records whose suppression was not stored', async () => {
    const { recordEvents, suppressions } = await aRecorder();
    const complaint = aRecord(ourEvent({ event: 'complained' }));
    suppressions.fault = new Error('throttled');

    expect(await recordEvents([aRecord(ourEvent()), complaint])).toEqual([complaint.messageId]);
  });

  it('gives back the records whose evidence was not noted, and notes it when they come again', async () => {
    const { recordEvents, acceptance } = await aRecorder();
    const record = aRecord(ourEvent());
    acceptance.fault = new Error('throttled');

    expect(await recordEvents([record])).toEqual([record.messageId]);

    acceptance.fault = undefined;
    expect(await recordEvents([record])).toEqual([]);
    expect(acceptance.accepted).toHaveLength(1);
  });

  it('fails as a whole when the secret can not be read, and writes nothing', async () => {
    const { recordEvents, secrets, events } = await aRecorder();
    secrets.fault = new Error('down');

    await expect(recordEvents([aRecord(ourEvent())])).rejects.toThrow('down');
    expect(events.rows.size).toBe(0);
  });

  it('is logged by its cause, without an address', async () => {
    const { recordEvents, events, log } = await aRecorder();
    events.failing = new Set(['t']);

    await recordEvents([aRecord(ourEvent(), { token: 't' })]);

    expect(log.withCode('events-not-recorded')[0]!.fields).toEqual({
      code: 'events-not-recorded',
      count: 1,
      causes: ['Error'],
    });
    expect(log.text).not.toContain('@');
  });
});

describe('a fault of ours', () => {
  it('is logged by its message and the name of what caused it, never by the text of that', async () => {
    const { recordEvents, events, log } = await aRecorder();
    const cause = new RangeError('ada@example.com');
    const fault = new TransientError('the event could not be stored', { cause });
    const bare = new TransientError('the event could not be stored');
    jest.spyOn(events, 'put').mockRejectedValueOnce(fault).mockRejectedValueOnce(bare);

    const failed = await recordEvents([aRecord(ourEvent()), aRecord(ourEvent())]);

    expect(failed).toHaveLength(2);
    expect(log.withCode('events-not-recorded')[0]!.fields.causes).toEqual([
      'TransientError: the event could not be stored (RangeError)',
      'TransientError: the event could not be stored',
    ]);
  });
});

describe('a record that can not be understood', () => {
  it('becomes a dead letter with its reason, and holds up nobody', async () => {
    const { recordEvents, deadLetters, notifier, tallies, log } = await aRecorder();
    const good = Array.from({ length: 999 }, () => aRecord(ourEvent()));
    const poison = { messageId: 'poison', body: 'ada@example.com {', groupId: 'acme' };

    const failed = await recordEvents([...good.slice(0, 500), poison, ...good.slice(500)]);

    expect(failed).toEqual([]);
    expect(tallies.sets).toEqual({ '000001/delivered': [0] });
    expect(deadLetters.letters).toEqual([
      {
        body: poison.body,
        code: 'malformed-event',
        reason: 'the body of the message is not JSON',
        groupId: 'acme',
      },
    ]);
    expect(notifier.notifications.map(({ type }) => type)).toEqual(['event.deadLettered']);
    expect(log.text).not.toContain('@');
  });

  it('stays in the queue while the dead letter can not be stored', async () => {
    const { recordEvents, deadLetters } = await aRecorder();
    deadLetters.fault = new Error('down');

    expect(await recordEvents([{ messageId: 'poison', body: '' }])).toEqual(['poison']);
  });
});

describe('suppressions', () => {
  it.each([
    [
      'a dead mailbox',
      {
        event: 'failed',
        severity: 'permanent',
        'delivery-status': { code: 550, message: '5.1.1' },
      },
      'bounce',
    ],
    ['a complaint', { event: 'complained' }, 'complaint'],
    ['an unsubscribe', { event: 'unsubscribed', tags: ['*'] }, 'unsubscribe'],
    [
      "Mailgun's own list",
      { event: 'failed', severity: 'permanent', reason: 'suppress-bounce' },
      'bounce',
    ],
  ])('keep mail from a recipient after %s', async (_what, fields, reason) => {
    const { recordEvents, suppressions } = await aRecorder();

    await recordEvents([aRecord(ourEvent(fields))]);

    expect(suppressions.entries.get(suppressed('ada@example.com'))).toMatchObject({ reason });
  });

  it.each([
    ['a delivery', {}],
    ['a deferral', { event: 'failed', severity: 'temporary' }],
    ['a block', { event: 'failed', severity: 'permanent', reason: 'espblock' }],
    ['a full mailbox', webhookEvent('failed-permanent-bounce-soft')],
    ['a complaint in test mode', { event: 'complained', flags: { 'is-test-mode': true } }],
  ])('do not follow from %s', async (_what, fields) => {
    const { recordEvents, suppressions } = await aRecorder();

    await recordEvents([
      aRecord({
        ...ourEvent(),
        ...fields,
        recipient: 'ada@example.com',
        'user-variables': ourEvent()['user-variables'],
      }),
    ]);

    expect(suppressions.entries.size).toBe(0);
  });

  it.each([
    ['names another domain', { domain: { name: 'other.example.org' } }],
    ['names none', { domain: undefined, message: {} }],
  ])('hold for the domain of the batch where the event %s', async (_what, fields) => {
    const { recordEvents, suppressions } = await aRecorder();

    await recordEvents([aRecord(ourEvent({ event: 'complained', ...fields }))]);

    expect([...suppressions.entries.keys()]).toEqual([suppressed('ada@example.com')]);
  });

  it('hold for the domain of the event where an older record does not name that of the batch', async () => {
    const { recordEvents, suppressions, recipients } = await aRecorder();
    const { digests } = recordOf(ADDRESSES);
    jest.spyOn(recipients, 'read').mockResolvedValue({ digests, domain: undefined });

    await recordEvents([aRecord(ourEvent({ event: 'complained' }))]);

    expect([...suppressions.entries.keys()]).toEqual([suppressed('ada@example.com')]);
  });

  it('are limited to the tags of the unsubscribe', async () => {
    const { recordEvents, suppressions } = await aRecorder();

    await recordEvents([aRecord(ourEvent({ event: 'unsubscribed', tags: ['promo'] }))]);

    expect(suppressions.entries.get(suppressed('ada@example.com'))?.tags).toEqual(['promo']);
  });

  const deadMailbox = {
    ...{ event: 'failed', severity: 'permanent' },
    'delivery-status': { code: 550, message: '5.1.1' },
  };

  it.each([['ada@example.com'], ['example.com']])(
    'do not follow from a bounce where %s is on the allowlist, and do from a complaint',
    async (allowed) => {
      const { recordEvents, suppressions, allowlist } = await aRecorder();
      await allowlist.note('mg.example.com', [recipientDigest(PEPPER, allowed)], NOW_MS);

      await recordEvents([aRecord(ourEvent(deadMailbox))]);
      expect(suppressions.entries.size).toBe(0);

      await recordEvents([aRecord(ourEvent({ event: 'complained' }))]);
      expect([...suppressions.entries.values()]).toMatchObject([{ reason: 'complaint' }]);
    },
  );

  it('wait for the allowlist where it can not be read', async () => {
    const { recordEvents, suppressions, allowlist } = await aRecorder();
    allowlist.fault = new Error('throttled');

    const failed = await recordEvents([aRecord(ourEvent(deadMailbox))]);

    expect(failed).toHaveLength(1);
    expect(suppressions.entries.size).toBe(0);
  });

  it('do not follow from what happened before a person removed it, however late it is told', async () => {
    const { recordEvents, suppressions } = await aRecorder();
    const event = ourEvent({ event: 'complained' });
    const occurredAtMs = Number(event['timestamp']) * 1_000;
    const recipient = recipientDigest(PEPPER, 'ada@example.com');
    const removal = { atMs: occurredAtMs + 1, actor: 'bob', reason: 'asked to', removed: [] };
    await suppressions.change('mg.example.com', [
      { recipient, decide: (record) => withRemoved(record, removal) },
    ]);

    expect(await recordEvents([aRecord(event)])).toEqual([]);
    expect(suppressions.entries.size).toBe(0);
  });

  it.each([
    ['before', [0, 1]],
    ['after', [1, 0]],
  ])('follow from what happened again after a removal, told together, %s it', async (_w, order) => {
    const { recordEvents, suppressions } = await aRecorder();
    const events = [-60, -10].map((seconds) =>
      aRecord(ourEvent({ event: 'complained', timestamp: NOW_MS / 1_000 + seconds })),
    );
    const recipient = recipientDigest(PEPPER, 'ada@example.com');
    const removal = { atMs: NOW_MS - 30_000, actor: 'bob', reason: 'asked to', removed: [] };
    await suppressions.change('mg.example.com', [
      { recipient, decide: (record) => withRemoved(record, removal) },
    ]);

    await recordEvents(order.map((index) => events[index]!));

    expect([...suppressions.entries.keys()]).toEqual([suppressed('ada@example.com')]);
  });
});

describe('evidence of acceptance', () => {
  it('is noted once a submission, also when its batch is known by the message id only', async () => {
    const { recordEvents, acceptance } = await aRecorder();
    const half = { ...theSubmission, path: '/0' };
    const ofHalf = { 'user-variables': correlationVariables(PEPPER, half), message: {} };

    await recordEvents([
      aRecord(ourEvent()),
      aRecord(ourEvent({ 'user-variables': [] })),
      aRecord(ourEvent(ofHalf)),
    ]);
    await recordEvents([aRecord(ourEvent({ event: 'opened' }))]);

    expect(acceptance.accepted).toEqual([
      { submission: theSubmission, messageId: MESSAGE_ID },
      { submission: half, messageId: undefined },
    ]);
  });

  it('is noted again after ten minutes, in case the submission was made anew', async () => {
    const { recordEvents, acceptance, time } = await aRecorder();

    await recordEvents([aRecord(ourEvent())]);
    time.ms += 10 * 60_000;
    await recordEvents([aRecord(ourEvent())]);

    expect(acceptance.accepted).toHaveLength(2);
  });

  it.each([
    ["Mailgun's acceptance", { event: 'accepted' }],
    [
      'a suppressed recipient',
      { event: 'failed', severity: 'permanent', reason: 'suppress-bounce' },
    ],
    ['a delivery in test mode', { 'delivery-status': { code: 650 } }],
    ['an event not known yet', { event: 'levitated' }],
    ['someone who is not in the batch', { recipient: 'eve@example.com' }],
  ])('is %s', async (_what, fields) => {
    const { recordEvents, acceptance } = await aRecorder();

    await recordEvents([aRecord(ourEvent(fields))]);

    expect(acceptance.accepted).toHaveLength(1);
  });

  it('is neither mail of someone else nor a replayed token', async () => {
    const { recordEvents, acceptance, time } = await aRecorder();
    const token = 't'.repeat(50);

    await recordEvents([aRecord(anEventData({ message: {} }))]);
    expect(acceptance.accepted).toEqual([]);

    await recordEvents([aRecord(ourEvent(), { token })]);
    time.ms += 10 * 60_000;
    await recordEvents([aRecord(ourEvent({ event: 'opened' }), { token })]);
    expect(acceptance.accepted).toHaveLength(1);
  });
});
