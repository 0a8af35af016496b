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
import type { Notification } from '../../lambdas/core/notification/notification';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';
import { aNotification, describeNotifier } from './notifier.contract';

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
  return { notifier: new NotificationTopic(sns, topicArn, new RecordingLog()), told };
});

it('tells a subscriber only of the types it asked for', async () => {
  const topicArn = await aTopic();
  const told = await subscribed(topicArn, { type: ['domain.blocked'] });
  const notifier = new NotificationTopic(sns, topicArn, new RecordingLog());

  await notifier.notify(aNotification);
  await notifier.notify({ ...aNotification, type: 'domain.blocked' });

  expect((await told()).map(({ type }) => type)).toEqual(['domain.blocked']);
});

it('logs what a topic that is gone did not take, and lets the work go on', async () => {
  const log = new RecordingLog();
  const gone = `${await aTopic()}-gone`;

  await new NotificationTopic(sns, gone, log).notify(aNotification);

  expect(log.withCode('notification-not-sent')).toMatchObject([
    { fields: { type: 'domain.held' } },
  ]);
});

async function aTopic(): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: randomUUID() }));
  return TopicArn!;
}

/** Subscribes a queue. @returns what reads everything on it. */
async function subscribed(TopicArn: string, filter?: object) {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
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
  return () => everythingOn(QueueUrl!);
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
