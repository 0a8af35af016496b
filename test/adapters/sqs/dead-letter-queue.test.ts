import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { DeadLetterQueue } from '../../../lambdas/adapters/sqs/dead-letter-queue';
import { TransientError } from '../../../lambdas/core/errors';
import { RecordingLog } from '../../support/fakes/recording-log';

const QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters';
const sqs = mockClient(SQSClient);
let log: RecordingLog;
let queue: DeadLetterQueue;

const sent = () => sqs.commandCalls(SendMessageCommand)[0]!.args[0].input;

beforeEach(() => {
  sqs.reset();
  log = new RecordingLog();
  queue = new DeadLetterQueue(new SQSClient({}), QUEUE_URL, log);
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
    ['nothing', 600, 500],
    ['the end of the detail', 200, 158],
    ['the whole detail', 50, undefined],
  ])('gives up %s where the body leaves %i bytes', async (_what, room, detailLength) => {
    const body = 'x'.repeat(1_048_576 - room);

    await queue.put({ body, code: 'malformed!', reason: 'r'.repeat(500) });

    const { MessageBody, MessageAttributes } = sent();
    expect(MessageBody).toHaveLength(body.length);
    expect(MessageAttributes?.['reason']?.StringValue).toBe('malformed!');
    expect(MessageAttributes?.['detail']?.StringValue?.length).toBe(detailLength);
    expect(log.lines).toEqual([]);
  });

  it('says in the log what it had to give up when not even the code fits', async () => {
    await queue.put({ body: 'x'.repeat(1_048_576), code: 'malformed', reason: 'no JSON' });

    expect(sent().MessageBody).toHaveLength(1_048_576);
    expect(sent().MessageAttributes).toEqual({});
    expect(log.withCode('dead-letter-without-reason')).toMatchObject([
      { fields: { reasonCode: 'malformed', reason: 'no JSON' } },
    ]);
  });

  it('never makes a message larger than SQS takes, nor cuts a character in two', async () => {
    const letters = fc.record({
      room: fc.integer({ min: 0, max: 200 }),
      code: fc.stringMatching(/^[a-z]{1,30}$/),
      reason: fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
    });

    await fc.assert(
      fc.asyncProperty(letters, async ({ room, code, reason }) => {
        sqs.resetHistory();
        const body = 'x'.repeat(1_048_576 - room);
        await queue.put({ body, code, reason });

        const attributes = Object.entries(sent().MessageAttributes ?? {});
        const bytes = attributes.reduce(
          (sum, [name, { StringValue = '' }]) =>
            sum + name.length + 'String'.length + Buffer.byteLength(StringValue),
          body.length,
        );
        expect(bytes).toBeLessThanOrEqual(1_048_576);
        expect(attributes.every(([, { StringValue }]) => StringValue !== '')).toBe(true);
        expect(JSON.stringify(attributes)).not.toContain('\ufffd');
        expect(attributes.length > 0 || room < code.length + 16).toBe(true);
      }),
    );
  });

  it('says that the letter is not stored', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('down'));

    await expect(queue.put({ body: 'x', code: 'c', reason: 'r' })).rejects.toThrow(TransientError);
  });
});
