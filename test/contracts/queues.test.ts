import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { SqsDeadLetterSource } from '../../lambdas/adapters/sqs/dead-letter-source';
import { redrive } from '../../lambdas/core/dead-letter/redrive';
import { TransientError } from '../../lambdas/core/errors';
import { CampaignQueue } from '../../lambdas/adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../../lambdas/adapters/sqs/dead-letter-queue';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { RecordingLog } from '../support/fakes/recording-log';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });

async function aQueue(): Promise<string> {
  const created = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  return created.QueueUrl!;
}

async function receive(QueueUrl: string): Promise<Message | undefined> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], VisibilityTimeout: 600 }),
  );
  return Messages[0];
}

describe('the dead-letter queue', () => {
  it('keeps a letter as it came, with its reason beside it', async () => {
    const url = await aQueue();
    const body = '{"version":1,"subject":"Frühling"}';

    await new DeadLetterQueue(sqs, url, new RecordingLog()).put({
      body,
      code: 'unknown-domain',
      reason: 'domain: received other.example.com',
      groupId: 'acme',
    });

    const letter = await receive(url);
    expect(letter?.Body).toBe(body);
    expect(letter?.MessageAttributes?.['reason']?.StringValue).toBe('unknown-domain');
    expect(letter?.MessageAttributes?.['detail']?.StringValue).toMatch(/received other/);
  });

  it.each([
    ['in full', 200, 100],
    ['as far as it fits', 100, 100],
    ['without its detail', 40, 100],
  ])('keeps a large letter with its reason %s, attributes and all', async (_how, room, length) => {
    const url = await aQueue();
    const body = 'x'.repeat(1_048_576 - room);

    await new DeadLetterQueue(sqs, url, new RecordingLog()).put({
      body,
      code: 'malformed-json',
      reason: 'n'.repeat(length),
    });

    const letter = await receive(url);
    expect(letter?.Body).toBe(body);
    expect(letter?.MessageAttributes?.['reason']?.StringValue).toBe('malformed-json');
  });

  it('keeps a letter as large as a message can be', async () => {
    const url = await aQueue();
    const body = 'x'.repeat(1_048_576);

    await new DeadLetterQueue(sqs, url, new RecordingLog()).put({
      body,
      code: 'malformed-json',
      reason: 'no JSON',
    });

    expect((await receive(url))?.Body).toBe(body);
  });
});

describe('the source of dead letters', () => {
  it('puts a letter back without its reason, and deletes it', async () => {
    const queues = { deadLetterQueueUrl: await aQueue(), queueUrl: await aQueue() };
    const source = new SqsDeadLetterSource(sqs, queues);
    await new DeadLetterQueue(sqs, queues.deadLetterQueueUrl, new RecordingLog()).put({
      ...{ body: '{"subject":"Frühling"}', code: 'poison', reason: 'begun 6 times' },
      groupId: 'acme',
    });

    expect(await redrive(source, { letters: 10, untilMs: Infinity }, Date.now)).toEqual({
      moved: 1,
      empty: true,
    });

    const { Messages: messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queues.queueUrl,
        MessageAttributeNames: ['All'],
      }),
    );
    expect(messages).toHaveLength(1);
    expect(messages?.[0]?.Body).toBe('{"subject":"Frühling"}');
    expect(messages?.[0]?.MessageAttributes).toBeUndefined();
    expect(await receive(queues.deadLetterQueueUrl)).toBeUndefined();
  });

  it('tells what it could not do by the name of the fault only', async () => {
    const nowhere = await aQueue().then((url) => `${url}-gone`);
    const source = new SqsDeadLetterSource(sqs, { deadLetterQueueUrl: nowhere, queueUrl: nowhere });
    const letter = { body: 'ada@example.com', sentAtMs: 0, receipt: 'r' };

    await expect(source.receive(1)).rejects.toThrow(TransientError);
    await expect(source.putBack(letter)).rejects.toThrow(/^the queue did not take a letter back: /);
    await expect(source.delete(letter)).rejects.toThrow(TransientError);
  });
});

describe('the campaign queue', () => {
  it('hides a received message for as long as it is told', async () => {
    const url = await aQueue();
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '{}' }));
    const first = await receive(url);
    expect(await receive(url)).toBeUndefined();

    await new CampaignQueue(sqs, url).hide(first!.ReceiptHandle!, 0);

    expect((await receive(url))?.MessageId).toBe(first?.MessageId);
  });
});
