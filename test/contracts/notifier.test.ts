import { randomUUID } from 'node:crypto';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { NotificationTopic } from '../../lambdas/adapters/sns/notification-topic';
import { SqsPublicationQueue } from '../../lambdas/adapters/sqs/publication-queue';
import { PersistentNotifier } from '../../lambdas/core/notification/persistent-notifier';
import type { Notification } from '../../lambdas/core/notification/notification';
import { aNotification } from '../support/builders/notifications';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';
import { describeNotifier } from './notifier.contract';

const engine = { ...testClientSettings, endpoint: sqsEndpoint() };
const sns = new SNSClient(engine);
const sqs = new SQSClient(engine);

describeNotifier('in memory', () => {
  const notifier = new RecordingNotifier();
  return Promise.resolve({ notifier, told: () => Promise.resolve(notifier.notifications) });
});

describeNotifier('SNS', async () => {
  const topicArn = await aTopic();
  const told = await subscribed(topicArn);
  return { notifier: await aNotifier(topicArn), told };
});

it('tells a subscriber only of the types, accounts and domains it asked for', async () => {
  const topicArn = await aTopic();
  const toldOfBlocks = await subscribed(topicArn, { type: ['domain.blocked'] });
  const toldOfAcme = await subscribed(topicArn, {
    accountId: ['acme'],
    domain: ['mg.example.com'],
  });
  const notifier = await aNotifier(topicArn);
  const blocked: Notification = {
    ...{ version: 1, type: 'domain.blocked', at: '2026-02-03T19:20:32.000Z' },
    ...{ domain: 'mg.example.org', reason: 'disabled' },
  };

  await notifier.notify(aNotification());
  await notifier.notify(blocked);

  expect(await toldOfBlocks()).toEqual([blocked]);
  expect(await toldOfAcme()).toEqual([aNotification()]);
});

it('keeps what a topic that is gone did not take', async () => {
  const queueUrl = await aQueue();
  const log = new RecordingLog();
  const notifier = new PersistentNotifier({
    topic: new NotificationTopic(sns, `${await aTopic()}-gone`),
    queue: new SqsPublicationQueue(sqs, queueUrl),
    log,
  });

  await notifier.notify(aNotification());

  expect(log.withCode('notification-delayed')).toMatchObject([{ fields: { type: 'domain.held' } }]);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes?.['ApproximateNumberOfMessagesDelayed']).toBe('1');
});

const aNotifier = async (topicArn: string) =>
  new PersistentNotifier({
    topic: new NotificationTopic(sns, topicArn),
    queue: new SqsPublicationQueue(sqs, await aQueue()),
    log: new RecordingLog(),
  });

async function aQueue(): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return QueueUrl!;
}

async function aTopic(): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: randomUUID() }));
  return TopicArn!;
}

/** Subscribes a queue. @returns what reads everything on it. */
async function subscribed(TopicArn: string, filter?: object) {
  const QueueUrl = await aQueue();
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: Attributes?.['QueueArn'],
      Attributes: {
        RawMessageDelivery: 'true',
        ...(filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) }),
      },
    }),
  );
  return () => everythingOn(QueueUrl);
}

async function everythingOn(QueueUrl: string): Promise<Notification[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  if (Messages.length === 0) return [];
  for (const { ReceiptHandle } of Messages) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
  const read = Messages.map(({ Body }) => JSON.parse(Body!) as Notification);
  return [...read, ...(await everythingOn(QueueUrl))];
}
