import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { SqsDeadLetterSource } from '../../../lambdas/adapters/sqs/dead-letter-source';

const sqs = mockClient(SQSClient);
const queues = { deadLetterQueueUrl: 'https://sqs/dead', queueUrl: 'https://sqs/queue' };
const source = new SqsDeadLetterSource(new SQSClient({}), queues);

beforeEach(() => sqs.reset());

it('keeps the group a letter came with, and knows when it was sent', async () => {
  sqs.on(ReceiveMessageCommand).resolves({
    Messages: [
      {
        ...{ Body: '{}', ReceiptHandle: 'r1' },
        Attributes: { SentTimestamp: '1700000000000', MessageGroupId: 'acme' },
        MessageAttributes: { reason: { DataType: 'String', StringValue: 'poison' } },
      },
    ],
  });
  sqs.on(SendMessageCommand).resolves({});

  const [letter] = await source.receive(3);
  await source.putBack(letter!);

  expect(letter).toEqual({
    ...{ body: '{}', receipt: 'r1' },
    ...{ sentAtMs: 1_700_000_000_000, groupId: 'acme' },
  });
  expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: queues.queueUrl,
    MessageBody: '{}',
    MessageGroupId: 'acme',
  });
});

it('asks every server of the queue, for what a redrive needs', async () => {
  sqs.on(ReceiveMessageCommand).resolves({});

  expect(await source.receive(3)).toEqual([]);

  expect(sqs.commandCalls(ReceiveMessageCommand)[0]?.args[0].input).toEqual({
    QueueUrl: queues.deadLetterQueueUrl,
    MaxNumberOfMessages: 3,
    MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId'],
    VisibilityTimeout: 60,
    WaitTimeSeconds: 2,
  });
});
