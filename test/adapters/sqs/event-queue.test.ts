import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SqsEventQueue } from '../../../lambdas/adapters/sqs/event-queue';
import { readEventMessage, writeEventMessage } from '../../../lambdas/adapters/sqs/event-message';
import { TransientError } from '../../../lambdas/core/errors';
import { sqsEndpoint, testClientSettings } from '../../support/engines/endpoints';

const anEvent = {
  token: 'a'.repeat(50),
  signedAtMs: 1770146432000,
  receivedAtMs: 1770146432500,
  eventData: { event: 'delivered', recipient: 'ada@example.com', 'odd\uffff': '\u0000 😀 Grüße' },
};

describe('SqsEventQueue', () => {
  const client = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint(), maxAttempts: 1 });

  it('stores an event on a queue', async () => {
    const created = await client.send(new CreateQueueCommand({ QueueName: 'event-queue-test' }));
    const queueUrl = created.QueueUrl!;

    await new SqsEventQueue(client, queueUrl).send(anEvent);

    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
    expect(Messages.map(({ Body }) => readEventMessage(Body!))).toEqual([anEvent]);
  });

  it.each([
    ['queued', 'that is just small enough', 1_048_576],
    ['too-large', 'that no message can hold', 1_048_577],
  ])('answers "%s" for an event %s', async (answer, _what, bytes) => {
    const created = await client.send(new CreateQueueCommand({ QueueName: `size-${bytes}` }));
    const empty = Buffer.byteLength(writeEventMessage({ ...anEvent, eventData: { e: '' } }));
    const eventData = { e: 'x'.repeat(bytes - empty) };

    const queue = new SqsEventQueue(client, created.QueueUrl!);

    expect(await queue.send({ ...anEvent, eventData })).toBe(answer);
  });

  it('says that it is not known whether an event is stored', async () => {
    const missing = new SqsEventQueue(client, `${sqsEndpoint()}/000000000000/missing`);

    await expect(missing.send(anEvent)).rejects.toThrow(TransientError);
  });
});
