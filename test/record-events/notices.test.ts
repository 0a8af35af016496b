import { deliveryEventSchema } from '../../client/delivery-events';
import { DELIVERY_EVENT_TYPES } from '../../lambdas/core/delivery-event/delivery-event';
import { DeliveryEventFeed } from '../../lambdas/core/notification/delivery-event-feed';
import { createRecordEvents } from '../../lambdas/record-events/record-events';
import { DELIVERY_EVENTS } from '../../lib/config/settings';
import { aFailure } from '../support/builders/webhooks';
import {
  InMemoryDeliveryEventTopic,
  InMemoryPublicationQueue,
} from '../support/fakes/in-memory-publications';
import { ADDRESSES, aRecord, aRecorder, ourEvent, theSubmission } from './a-recorder';

async function aTellingRecorder(types: readonly (typeof DELIVERY_EVENT_TYPES)[number][]) {
  const recorder = await aRecorder();
  const topic = new InMemoryDeliveryEventTopic();
  const queue = new InMemoryPublicationQueue();
  const feed = new DeliveryEventFeed({ topic, queue, log: recorder.log });
  const recordEvents = createRecordEvents({
    ...recorder,
    clock: () => recorder.time.ms,
    deliveryEvents: { types: new Set(types), feed },
  });
  return { ...recorder, topic, queue, recordEvents };
}

const { accountId, campaignId, batchId } = theSubmission;
const withRef = (ref: unknown) => ({
  'user-variables': { ...(ourEvent()['user-variables'] as object), ref },
});

it('tells what the contract says of whom, and no address', async () => {
  const { recordEvents, topic } = await aTellingRecorder(DELIVERY_EVENT_TYPES);
  const status = { code: 550, message: '5.1.1 ada@example.com unknown' };
  const bounced = { ...aFailure({ status }), 'user-variables': ourEvent()['user-variables'] };

  await recordEvents([aRecord(bounced, { token: 'the-token' })]);

  expect(topic.published).toEqual([
    {
      ...{ version: 1, id: 'the-token', type: 'delivery.bounced' },
      ...{ accountId, campaignId, batchId, position: 0, ref: 'crm-42', domain: 'mg.example.com' },
      occurredAt: '2026-02-03T19:20:31.658Z',
      ...{ cause: 'dead-mailbox', reason: 'bounce', code: 550, enhancedCode: '5.1.1' },
    },
  ]);
  expect(JSON.stringify(topic.published)).not.toContain('@');
});

it.each(DELIVERY_EVENT_TYPES)('tells of %s as the published schema has it', async (event) => {
  const { recordEvents, topic } = await aTellingRecorder(DELIVERY_EVENT_TYPES);
  const soon = { timestamp: 1770146431.5, 'delivered-at': 1770146430 };
  const failed = { event: 'failed', severity: 'permanent', 'delivery-status': { code: 550 } };
  const byType: Readonly<Record<string, object>> = {
    bounced: { ...failed, reason: 'bounce', 'delivery-status': { 'enhanced-code': '5.1.1' } },
    failed,
    deferred: { ...failed, severity: 'temporary' },
  };

  await recordEvents([
    aRecord(ourEvent({ event, ...soon, ...byType[event], flags: { 'is-test-mode': true } })),
  ]);

  expect(topic.published).toHaveLength(1);
  expect(topic.published[0]!.type).toBe(`delivery.${event}`);
  expect(deliveryEventSchema.parse(topic.published[0])).toEqual(topic.published[0]);
});

it.each([
  ['ada@example.com', undefined],
  ['ada%40example.com', undefined],
  ['x'.repeat(129), undefined],
  ['', undefined],
  [5, undefined],
  ['crm-42', 'crm-42'],
])('passes on the ref %p only where it can hold no address', async (ref, told) => {
  const { recordEvents, topic } = await aTellingRecorder(['delivered']);

  await recordEvents([aRecord(ourEvent(withRef(ref)))]);

  expect(topic.published.map((notice) => notice.ref)).toEqual([told]);
});

it('tells of the types that were asked for, in as few calls as there can be', async () => {
  const { recordEvents, topic } = await aTellingRecorder(['opened']);
  const all = ADDRESSES.flatMap((recipient) =>
    ['delivered', 'opened', 'clicked'].map((event) => aRecord(ourEvent({ event, recipient }))),
  );

  await recordEvents(all);

  expect(topic.calls.map((call) => call.map(({ type }) => type))).toEqual([
    ['delivery.opened', 'delivery.opened', 'delivery.opened'],
  ]);
});

it('tells nothing of mail that is not ours, of replayed tokens and of nothing', async () => {
  const { recordEvents, topic } = await aTellingRecorder(DELIVERY_EVENT_TYPES);
  await recordEvents([aRecord(ourEvent(), { token: 'known' })]);
  const foreign = ourEvent({ 'user-variables': {}, message: { headers: { 'message-id': 'x@y' } } });

  await recordEvents([
    aRecord(foreign),
    aRecord(ourEvent({ event: 'complained' }), { token: 'known' }),
    { messageId: 'torn', body: '{' },
  ]);

  expect(topic.published).toHaveLength(1);
});

it('does not tell again of a call that Mailgun repeated, but of a record that comes again: its worker may have died', async () => {
  const { recordEvents, topic } = await aTellingRecorder(['delivered']);
  const record = aRecord(ourEvent(), { token: 'same', receivedAtMs: 1 });
  const repeated = aRecord(ourEvent(), { token: 'same', receivedAtMs: 2 });

  await recordEvents([record]);
  await recordEvents([repeated]);
  expect(topic.published).toHaveLength(1);

  await recordEvents([{ ...record, receives: 2 }]);
  expect(topic.published.map(({ id }) => id)).toEqual(['same', 'same']);
});

it('records the same, and gives nothing back, when nobody takes what it tells', async () => {
  const { recordEvents, topic, queue, tallies, log } = await aTellingRecorder(['delivered']);
  topic.isDown = queue.isDown = true;

  expect(await recordEvents([aRecord(ourEvent())])).toEqual([]);

  expect(tallies.sets).toEqual({ '000001/delivered': [0] });
  expect(log.withCode('delivery-events-lost')).toHaveLength(1);
});

it('offers in the configuration what there is', () => {
  expect([...DELIVERY_EVENTS].sort()).toEqual([...DELIVERY_EVENT_TYPES].sort());
});
