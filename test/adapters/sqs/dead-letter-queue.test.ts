import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { DeadLetterQueue } from '../../../lambdas/adapters/sqs/dead-letter-queue';
import { TransientError } from '../../../lambdas/core/errors';

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters';
const sqs = mockClient(SQSClient);
const queue = new DeadLetterQueue(new SQSClient({}), QUEUE_URL);

const sent = () => sqs.commandCalls(SendMessageCommand)[0]!.args[0].input;

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({});
});

describe('DeadLetterQueue', () => {
  it('keeps the body as it came, the reason beside it and the group', async () => {
    await queue.put({
      body: '{"a":1',
      code: 'malformed-event',
      reason: 'not JSON',
      groupId: 'acme',
    });

    expect(sent()).toEqual({
      QueueUrl: QUEUE_URL,
      MessageBody: '{"a":1',
      MessageGroupId: 'acme',
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'malformed-event' },
        detail: { DataType: 'String', StringValue: 'not JSON' },
      },
    });
  });

  it('leaves out a detail that is empty, or has nothing SQS would take', async () => {
    await queue.put({ body: 'x', code: 'malformed-event', reason: '\u0000\uffff' });

    expect(Object.keys(sent().MessageAttributes!)).toEqual(['reason']);
    expect(sent()).not.toHaveProperty('MessageGroupId');
  });

  it.each([
    ['the detail first', 1_048_576 - 200, ['reason']],
    ['then the reason', 1_048_576, []],
  ])('gives up %s rather than a body as large as a message may be', async (_what, bytes, kept) => {
    await queue.put({ body: 'x'.repeat(bytes), code: 'malformed', reason: 'r'.repeat(500) });

    expect(sent().MessageBody).toHaveLength(bytes);
    expect(Object.keys(sent().MessageAttributes!)).toEqual(kept);
  });

  it('says that the letter is not stored', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('down'));

    await expect(queue.put({ body: 'x', code: 'c', reason: 'r' })).rejects.toThrow(TransientError);
  });
});
