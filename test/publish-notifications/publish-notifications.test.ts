import type { SQSEvent, SQSRecord } from 'aws-lambda';
import {
  readPublicationMessage,
  writePublicationMessage,
} from '../../lambdas/adapters/sqs/publication-message';
import type { Publication } from '../../lambdas/core/notification/publication';
import { createPublishNotifications } from '../../lambdas/publish-notifications/publish-notifications';
import { aNotice, aNotification } from '../support/builders/notifications';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import {
  InMemoryDeliveryEventTopic,
  InMemoryNotificationTopic,
} from '../support/fakes/in-memory-publications';
import { RecordingLog } from '../support/fakes/recording-log';

const aPublisher = ({ withEvents = true } = {}) => {
  const notifications = new InMemoryNotificationTopic();
  const deliveryEvents = new InMemoryDeliveryEventTopic();
  const deadLetters = new InMemoryDeadLetters();
  const log = new RecordingLog();
  const hidden: [receipt: string, seconds: number][] = [];
  const queue = {
    isDown: false,
    hide(receipt: string, seconds: number) {
      if (queue.isDown) return Promise.reject(new Error('down'));
      hidden.push([receipt, seconds]);
      return Promise.resolve();
    },
  };
  const publish = createPublishNotifications({
    ...{ notifications, deadLetters, log, queue },
    deliveryEvents: withEvents ? deliveryEvents : undefined,
    readPublication: readPublicationMessage,
  });
  return { notifications, deliveryEvents, deadLetters, log, hidden, queue, publish };
};

const anEvent = (...bodies: string[]): SQSEvent => ({
  Records: bodies.map((body, index) => aRecord(body, index)),
});

const aRecord = (body: string, index = 0, receives = 1): SQSRecord => ({
  ...({} as SQSRecord),
  messageId: `message-${index}`,
  receiptHandle: `receipt-${index}`,
  body,
  attributes: { ApproximateReceiveCount: String(receives) } as SQSRecord['attributes'],
});

const told: Publication = { kind: 'notification', notification: aNotification() };
const events: Publication = {
  kind: 'deliveryEvents',
  events: [aNotice({ position: 1 }), aNotice({ position: 2 })],
};

it('publishes what was kept', async () => {
  const { publish, notifications, deliveryEvents } = aPublisher();

  const answer = await publish(
    anEvent(writePublicationMessage(told), writePublicationMessage(events)),
  );

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(notifications.published).toEqual([aNotification()]);
  expect(deliveryEvents.published).toEqual(events.events);
});

it('publishes a type of notification that only newer code knows', async () => {
  const { publish, notifications } = aPublisher();
  const newer = { version: 1, type: 'campaign.dreamt', at: 'x', extra: { deep: true } };

  await publish(anEvent(JSON.stringify({ version: 1, kind: 'notification', notification: newer })));

  expect(notifications.published).toEqual([newer]);
});

it.each([
  [1, 30],
  [2, 60],
  [6, 900],
  [90, 900],
])('waits longer and longer for SNS: after receive %i, %i s', async (receives, seconds) => {
  const { publish, notifications, hidden } = aPublisher();
  notifications.isDown = true;

  const answer = await publish({ Records: [aRecord(writePublicationMessage(told), 7, receives)] });

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-7' }] });
  expect(hidden).toEqual([['receipt-7', seconds]]);
});

it('keeps a message that could not be hidden', async () => {
  const { publish, notifications, queue, log } = aPublisher();
  notifications.isDown = true;
  queue.isDown = true;

  const answer = await publish(anEvent(writePublicationMessage(told)));

  expect(answer.batchItemFailures).toHaveLength(1);
  expect(log.withCode('notification-not-hidden')).toHaveLength(1);
});

it('publishes the others when one topic is down', async () => {
  const { publish, notifications, deliveryEvents } = aPublisher();
  deliveryEvents.isDown = true;

  const answer = await publish(
    anEvent(writePublicationMessage(events), writePublicationMessage(told)),
  );

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
  expect(notifications.published).toHaveLength(1);
});

it.each([
  ['what is no JSON', '{"for": "ada@example.com"'],
  ['another version', JSON.stringify({ ...told, version: 2 })],
  ['another kind', JSON.stringify({ version: 1, kind: 'rumour' })],
  ['a notification without a type', JSON.stringify({ version: 1, kind: 'notification' })],
  ['no events', JSON.stringify({ version: 1, kind: 'deliveryEvents', events: [] })],
  ['nothing', 'null'],
])('dead-letters %s at once, with its reason', async (_what, body) => {
  const { publish, deadLetters, log } = aPublisher();

  const answer = await publish(anEvent(body));

  expect(answer).toEqual({ batchItemFailures: [] });
  expect(deadLetters.letters).toMatchObject([{ body, code: 'malformed-publication' }]);
  expect(log.withCode('notification-dead-lettered')).toHaveLength(1);
  expect(JSON.stringify(deadLetters.letters.map(({ reason }) => reason))).not.toContain('@');
  expect(log.text).not.toContain('@');
});

it('dead-letters delivery events that are no longer published', async () => {
  const { publish, deadLetters } = aPublisher({ withEvents: false });

  await publish(anEvent(writePublicationMessage(events)));

  expect(deadLetters.letters).toMatchObject([{ code: 'no-such-topic' }]);
});
