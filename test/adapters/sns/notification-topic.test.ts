import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { NotificationTopic } from '../../../lambdas/adapters/sns/notification-topic';
import type { Notification } from '../../../lambdas/core/notification/notification';
import { RecordingLog } from '../../support/fakes/recording-log';

const TOPIC_ARN = 'arn:aws:sns:eu-west-1:123456789012:notifications';
const aNotification: Notification = {
  version: 1,
  type: 'webhook.refused',
  at: '2026-02-03T19:20:32.000Z',
  reason: 'replayed-token',
};
const sns = mockClient(SNSClient);

beforeEach(() => {
  sns.reset();
});

describe('NotificationTopic', () => {
  it('publishes JSON, with the type as an attribute to filter by', async () => {
    sns.on(PublishCommand).resolves({});

    await new NotificationTopic(new SNSClient({}), TOPIC_ARN, new RecordingLog()).notify(
      aNotification,
    );

    const { Message, ...rest } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    expect(JSON.parse(Message!)).toEqual(aNotification);
    expect(rest).toEqual({
      TopicArn: TOPIC_ARN,
      MessageAttributes: { type: { DataType: 'String', StringValue: 'webhook.refused' } },
    });
  });

  it('publishes only characters that a subscribed queue takes, and loses none', async () => {
    sns.on(PublishCommand).resolves({});
    const reason = 'a\ud800\ufffe\uffff\u0000\u{1f331}b';

    const topic = new NotificationTopic(new SNSClient({}), TOPIC_ARN, new RecordingLog());
    await topic.notify({ ...aNotification, reason });

    const { Message } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    expect(Message).toMatch(/^[ -~]*$/);
    expect(JSON.parse(Message!)).toEqual({ ...aNotification, reason });
  });

  it('logs what it could not send, and lets the work go on', async () => {
    sns.on(PublishCommand).rejects(new Error('for ada@example.com'));
    const log = new RecordingLog();

    await new NotificationTopic(new SNSClient({}), TOPIC_ARN, log).notify(aNotification);

    expect(log.withCode('notification-not-sent')).toHaveLength(1);
    expect(log.text).not.toContain('@');
  });
});
