import { SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type {
  BatchResultErrorEntry,
  SendMessageBatchCommandInput,
  SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { setImmediate as tick } from 'node:timers/promises';
import { enqueueCampaign } from '../../client/enqueue-campaign';
import type { EnqueueCampaignOptions, EnqueueProgress } from '../../client/enqueue-campaign';
import { EnqueueError, InvalidRecipientError } from '../../client/errors';
import { MAX_REQUEST_BYTES } from '../../client/send-request';
import type { Recipient, SendRequest } from '../../client/send-request';
import { aCampaign, recipients } from './builders';

const sqs = new SQSClient({ region: 'us-east-1' });
const queue = mockClient(sqs);

type Answer = (entries: SendMessageBatchRequestEntry[]) => Partial<BatchResultErrorEntry>[];

/** Batch ids by call, and how many batches were under way at most. */
const calls: string[][] = [];
const inFlight = { now: 0, most: 0 };

function answerWith(answer: Answer): void {
  queue.on(SendMessageBatchCommand).callsFake(async (input: SendMessageBatchCommandInput) => {
    const entries = input.Entries ?? [];
    calls.push(entries.map(batchIdIn));
    inFlight.now += entries.length;
    inFlight.most = Math.max(inFlight.most, inFlight.now);
    await tick();
    inFlight.now -= entries.length;
    return { Successful: [], Failed: answer(entries) };
  });
}

const batchIdIn = ({ MessageBody }: SendMessageBatchRequestEntry): string =>
  (JSON.parse(MessageBody ?? '') as SendRequest).batchId;

const enqueue = (changes: Partial<EnqueueCampaignOptions> = {}): Promise<EnqueueProgress> =>
  enqueueCampaign({
    ...aCampaign(),
    sqs,
    queueUrl: 'http://127.0.0.1/000000000000/campaigns',
    recipients: recipients(3000),
    backoffMs: 1,
    ...changes,
  });

const failed = (entry: SendMessageBatchRequestEntry | undefined, SenderFault = false) => ({
  Id: entry?.Id,
  SenderFault,
  Code: SenderFault ? 'InvalidMessageContents' : 'InternalError',
});

beforeEach(() => {
  queue.reset();
  calls.length = 0;
  inFlight.most = 0;
  answerWith(() => []);
});

describe('enqueuing a campaign', () => {
  it('sends ten batches a call, in the group of the account', async () => {
    const progress = await enqueue({ recipients: recipients(11_500) });

    expect(calls.map((call) => call.length)).toEqual([10, 2]);
    expect(progress).toMatchObject({ batches: 12, recipients: 11_500, retried: 0, skipped: 0 });
    const { Entries } = queue.commandCalls(SendMessageBatchCommand)[0]!.args[0].input;
    expect(new Set(Entries?.map((entry) => entry.MessageGroupId))).toEqual(new Set(['acme']));
  });

  it('keeps the bodies of a call together within 1 MiB', async () => {
    const wide: Recipient = { email: 'a@b.co', variables: { text: 'é'.repeat(8000) } };

    const { bytes } = await enqueue({ recipients: Array.from({ length: 300 }, () => wide) });

    const sizes = queue
      .commandCalls(SendMessageBatchCommand)
      .map((call) => call.args[0].input.Entries ?? [])
      .map((entries) => entries.reduce((sum, e) => sum + Buffer.byteLength(e.MessageBody!), 0));
    expect(sizes).toHaveLength(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_REQUEST_BYTES);
    expect(bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it('holds a bounded part of three hundred thousand recipients, however slow SQS is', async () => {
    let read = 0;
    let sent = 0;
    let ahead = 0;
    answerWith((entries) => {
      sent += entries.length * 1000;
      return [];
    });
    async function* slowly(): AsyncGenerator<Recipient> {
      for (const recipient of recipients(300_000)) {
        read += 1;
        ahead = Math.max(ahead, read - sent);
        yield await Promise.resolve(recipient);
      }
    }

    const { recipients: enqueued } = await enqueue({ recipients: slowly() });

    expect(enqueued).toBe(300_000);
    expect(inFlight.most).toBe(10);
    expect(ahead).toBeLessThanOrEqual(21_001);
  });

  it('sends again only what SQS did not take', async () => {
    answerWith((entries) => (calls.length === 1 ? [failed(entries[1])] : []));

    const progress = await enqueue();

    expect(calls).toEqual([['000001', '000002', '000003'], ['000002']]);
    expect(progress).toMatchObject({ batches: 3, recipients: 3000, retried: 1 });
  });

  it('gives up after the last attempt, naming the batches', async () => {
    answerWith((entries) => entries.filter((e) => batchIdIn(e) !== '000002').map((e) => failed(e)));

    const enqueuing = enqueue({ maxAttempts: 3 });

    await expect(enqueuing).rejects.toThrow(
      'batches not enqueued: 000001 (InternalError), 000003 (InternalError)',
    );
    expect(calls).toHaveLength(3);
  });

  it('does not try for ever where the number of attempts is none', async () => {
    answerWith((entries) => entries.map((e) => failed(e)));

    await expect(enqueue({ maxAttempts: Number.NaN })).rejects.toThrow('batches not enqueued');
    expect(calls).toHaveLength(1);
  });

  it('does not send again what SQS blames on the message', async () => {
    answerWith((entries) => [failed(entries[2], true)]);

    const enqueuing = enqueue();

    await expect(enqueuing).rejects.toThrow(
      new EnqueueError([{ batchId: '000003', reason: 'InvalidMessageContents' }]),
    );
    expect(calls).toHaveLength(1);
  });

  it('begins no batch after a refusal', async () => {
    answerWith((entries) => [failed(entries[0], true)]);

    await expect(enqueue({ recipients: recipients(50_000) })).rejects.toThrow(EnqueueError);

    expect(calls.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ['throttled', Object.assign(new Error(), { name: 'ThrottlingException', $fault: 'client' }), 2],
    ['down', Object.assign(new Error(), { name: 'InternalFailure', $fault: 'server' }), 2],
    ['out of reach', new Error('socket hang up'), 2],
  ])('tries again when SQS is %s', async (_what, error, attempts) => {
    queue.reset();
    queue.on(SendMessageBatchCommand).rejectsOnce(error).resolves({});

    const progress = await enqueue();

    expect(queue.calls()).toHaveLength(attempts);
    expect(progress).toMatchObject({ batches: 3, retried: 3 });
  });

  it('does not try again what may not be done at all', async () => {
    const denied = Object.assign(new Error(), { name: 'AccessDenied', $fault: 'client' });
    queue.reset();
    queue.on(SendMessageBatchCommand).rejects(denied);

    await expect(enqueue()).rejects.toThrow('000001 (AccessDenied), 000002 (AccessDenied)');

    expect(queue.calls()).toHaveLength(1);
  });

  it('sends nothing of a batch with an invalid recipient', async () => {
    const list = [...recipients(12_500), { email: 'eve@example.com', ref: '\n' }];

    await expect(enqueue({ recipients: list })).rejects.toThrow(InvalidRecipientError);

    expect(calls.flat()).not.toContain('000013');
  });

  it('counts what it leaves out', async () => {
    const told: number[] = [];
    const list = [{ email: 'a@b.co' }, { email: '', name: 'a\nb' }, { email: 'c@d.co' }];

    const progress = await enqueue({
      recipients: list,
      onInvalid: ({ index }) => told.push(index),
    });

    expect(told).toEqual([1]);
    expect(progress).toMatchObject({ batches: 1, recipients: 2, skipped: 1 });
  });

  it('tells how far it is after every call', async () => {
    const told: EnqueueProgress[] = [];

    const last = await enqueue({
      recipients: recipients(25_000),
      onProgress: (progress) => told.push(progress),
    });

    expect(told.map(({ batches }) => batches)).toEqual([10, 20, 25]);
    expect(told.at(-1)).toEqual(last);
  });

  it('names the same batches when it runs again, with the same content', async () => {
    await enqueue();
    await enqueue();

    const [first, second] = queue
      .commandCalls(SendMessageBatchCommand)
      .map((call) => call.args[0].input.Entries);
    expect(second).toEqual(first);
  });

  it('ends when it is aborted, closing the recipients', async () => {
    const abort = new AbortController();
    let closed = false;
    function* endless(): Generator<Recipient> {
      try {
        for (;;) yield { email: 'a@b.co' };
      } finally {
        closed = true;
      }
    }

    const enqueuing = enqueue({
      recipients: endless(),
      signal: abort.signal,
      onProgress: ({ batches }) => {
        if (batches >= 30) abort.abort(new Error('enough'));
      },
    });

    await expect(enqueuing).rejects.toThrow('enough');
    expect(closed).toBe(true);
    expect(inFlight.now).toBe(0);
  });

  it('passes on the error of the recipients', async () => {
    function* broken(): Generator<Recipient> {
      yield* recipients(10);
      throw new Error('database gone');
    }

    await expect(enqueue({ recipients: broken() })).rejects.toThrow('database gone');
  });
});
