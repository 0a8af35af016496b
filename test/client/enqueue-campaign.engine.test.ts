import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { enqueueCampaign } from '../../client/enqueue-campaign';
import { MAX_REQUEST_BYTES, sendRequestSchema } from '../../client/send-request';
import type { Recipient } from '../../client/send-request';
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { aCampaign, recipients } from './builders';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });

async function enqueuedFrom(list: Iterable<Recipient>): Promise<Message[]> {
  const created = await sqs.send(new CreateQueueCommand({ QueueName: randomUUID() }));
  const queueUrl = created.QueueUrl ?? '';
  await enqueueCampaign({ ...aCampaign(), sqs, queueUrl, recipients: list });

  const messages: Message[] = [];
  for (;;) {
    const answer = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
      }),
    );
    if (answer.Messages === undefined) return messages;
    messages.push(...answer.Messages);
  }
}

afterAll(() => sqs.destroy());

describe('enqueuing on a real queue', () => {
  it('puts every recipient on the queue once', async () => {
    const messages = await enqueuedFrom(recipients(12_345));

    const requests = messages.map(({ Body }) => sendRequestSchema.parse(JSON.parse(Body ?? '')));
    const inOrder = requests.sort((a, b) => Number(a.batchId) - Number(b.batchId));
    expect(inOrder.flatMap((request) => request.recipients)).toEqual([...recipients(12_345)]);
  });

  it('fits messages of the largest size and characters that SQS refuses unescaped', async () => {
    const wide = { email: 'a@b.co', variables: { text: `\uffff😀${'é'.repeat(8000)}` } };

    const messages = await enqueuedFrom(Array.from({ length: 140 }, () => wide));

    const sizes = messages.map(({ Body }) => Buffer.byteLength(Body ?? ''));
    expect(Math.max(...sizes)).toBeGreaterThan(MAX_REQUEST_BYTES - 20_000);
    const requests = messages.map(({ Body }) => sendRequestSchema.parse(JSON.parse(Body ?? '')));
    expect(requests.flatMap((request) => request.recipients)).toHaveLength(140);
  });
});
