import type { SQSEvent } from 'aws-lambda';
import { createSqsConsumer } from '../../../lambdas/adapters/sqs/sqs-consumer';
import { DONE, type ReceivedMessage } from '../../../lambdas/core/queue/consumer';
import { RecordingLog } from '../../support/fakes/recording-log';

const aRecord = (messageId: string, group?: string) => ({
  ...{ messageId, body: `body of ${messageId}`, receiptHandle: `receipt of ${messageId}` },
  attributes: {
    ...{ ApproximateReceiveCount: '3', SentTimestamp: '1700000000000' },
    ...(group !== undefined && { MessageGroupId: group }),
  },
});

it('reads what Lambda hands out of a queue, and reports what is not done', async () => {
  const received: ReceivedMessage[] = [];
  const consume = createSqsConsumer({
    name: 'thing',
    work: (message) => {
      received.push(message);
      return Promise.resolve(
        message.messageId === 'a' ? { disposition: 'wait', untilMs: 1_000 } : DONE,
      );
    },
    faultDelayMs: () => 1_000,
    queue: { hide: () => Promise.resolve() },
    clock: () => 0,
    log: new RecordingLog(),
  });

  const answer = await consume(
    { Records: [aRecord('a'), aRecord('b', 'acme')] } as unknown as SQSEvent,
    0,
  );

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  expect(received).toEqual([
    {
      ...{ messageId: 'a', body: 'body of a', receipt: 'receipt of a' },
      ...{ receives: 3, sentAtMs: 1_700_000_000_000 },
    },
    {
      ...{ messageId: 'b', body: 'body of b', receipt: 'receipt of b' },
      ...{ receives: 3, sentAtMs: 1_700_000_000_000, groupId: 'acme' },
    },
  ]);
});
