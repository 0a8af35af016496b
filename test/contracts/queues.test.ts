import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
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
