import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { DeliveryEventTopic } from '../../../lambdas/adapters/sns/delivery-event-topic';
import { NotificationTopic } from '../../../lambdas/adapters/sns/notification-topic';
import { TransientError } from '../../../lambdas/core/errors';
import { aNotice, aNotification } from '../../support/builders/notifications';

const TOPIC_ARN = 'arn:aws:sns:eu-west-1:123456789012:notifications';
const sns = mockClient(SNSClient);
const topic = new NotificationTopic(new SNSClient({}), TOPIC_ARN);
const events = new DeliveryEventTopic(new SNSClient({}), TOPIC_ARN);
const text = (StringValue: string) => ({ DataType: 'String', StringValue });

beforeEach(() => {
  sns.reset();
});

describe('NotificationTopic', () => {
  it('publishes JSON, with attributes to filter by', async () => {
    sns.on(PublishCommand).resolves({});

    await topic.publish(aNotification());

    const { Message, ...rest } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    expect(JSON.parse(Message!)).toEqual(aNotification());
    expect(rest).toEqual({
      TopicArn: TOPIC_ARN,
      MessageAttributes: {
        type: text('domain.held'),
        accountId: text('acme'),
        campaignId: text('spring-sale'),
        domain: text('mg.example.com'),
      },
    });
  });

  it('leaves out attributes it has no value for: SNS refuses empty ones', async () => {
    sns.on(PublishCommand).resolves({});

    await topic.publish({
      ...{ version: 1, type: 'batch.deadLettered', at: '2026-02-03T19:20:32.000Z', reason: 'r' },
    });

    const { MessageAttributes } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    expect(MessageAttributes).toEqual({ type: text('batch.deadLettered') });
  });

  it('publishes only characters that a subscribed queue takes, and loses none', async () => {
    sns.on(PublishCommand).resolves({});
    const reason = 'a\ud800\ufffe\uffff\u0000\u{1f331}b';

    await topic.publish(aNotification({ reason }));

    const { Message } = sns.commandCalls(PublishCommand)[0]!.args[0].input;
    expect(Message).toMatch(/^[ -~]*$/);
    expect(JSON.parse(Message!)).toEqual(aNotification({ reason }));
  });

  it('reports as transient what was not taken', async () => {
    sns.on(PublishCommand).rejects(new Error('for ada@example.com'));

    const failing = topic.publish(aNotification());

    await expect(failing).rejects.toThrow(TransientError);
    await expect(failing).rejects.not.toThrow('@');
  });
});

describe('DeliveryEventTopic', () => {
  it('publishes ten in one call, each with attributes to filter by', async () => {
    sns.on(PublishBatchCommand).resolves({ Successful: [], Failed: [] });
    const notices = Array.from({ length: 10 }, (_unused, position) => aNotice({ position }));

    await events.publish(notices);

    const [call, ...more] = sns.commandCalls(PublishBatchCommand);
    const { PublishBatchRequestEntries: entries = [], TopicArn } = call!.args[0].input;
    expect(more).toEqual([]);
    expect(TopicArn).toBe(TOPIC_ARN);
    expect(entries.map(({ Message }) => JSON.parse(Message!) as unknown)).toEqual(notices);
    expect(new Set(entries.map(({ Id }) => Id)).size).toBe(10);
    expect(entries[0]?.MessageAttributes).toEqual({
      type: text('delivery.delivered'),
      accountId: text('acme'),
      campaignId: text('spring-sale'),
      domain: text('mg.example.com'),
    });
  });

  it('reports as transient a call of which SNS took a part', async () => {
    sns
      .on(PublishBatchCommand)
      .resolves({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] });

    await expect(events.publish([aNotice()])).rejects.toThrow(TransientError);
  });

  it('reports as transient a call that failed', async () => {
    sns.on(PublishBatchCommand).rejects(new Error('down'));

    await expect(events.publish([aNotice()])).rejects.toThrow(TransientError);
  });
});
