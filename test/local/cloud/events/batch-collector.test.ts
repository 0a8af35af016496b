import { BatchCollector } from '../../../../local/cloud/events/batch-collector';
import type { ReceivedMessage } from '../../../../local/cloud/events/queue-source';

const aMessage = (Body = 'x'): ReceivedMessage => ({
  MessageId: Math.random().toString(),
  ReceiptHandle: 'r',
  MD5OfBody: 'm',
  Body,
});

/** A queue with these messages on it, and a note of each request. */
function aQueue(messages: ReceivedMessage[]) {
  const requests: { count: number; waitSeconds: number }[] = [];
  return {
    requests,
    receive: (count: number, waitSeconds: number) => {
      requests.push({ count, waitSeconds });
      return Promise.resolve(messages.splice(0, count));
    },
  };
}

const collector = (
  queue: ReturnType<typeof aQueue>,
  limits: { batchSize: number; windowSeconds: number },
  signal = new AbortController().signal,
) => new BatchCollector(queue, limits, signal);

const many = (count: number, body?: string) => Array.from({ length: count }, () => aMessage(body));

it('takes what one receive gives where there is no window', async () => {
  const queue = aQueue(many(3));

  const batch = await collector(queue, { batchSize: 10, windowSeconds: 0 }).next();

  expect(batch).toHaveLength(3);
  expect(queue.requests).toEqual([{ count: 10, waitSeconds: 20 }]);
});

it('comes back with nothing after a long poll of an empty queue', async () => {
  expect(await collector(aQueue([]), { batchSize: 10, windowSeconds: 5 }).next()).toEqual([]);
});

it('fills a batch ten at a time, and asks for no more than fits', async () => {
  const queue = aQueue(many(40));

  const batch = await collector(queue, { batchSize: 25, windowSeconds: 5 }).next();

  expect(batch).toHaveLength(25);
  expect(queue.requests.map(({ count }) => count)).toEqual([10, 10, 5]);
});

it('gives what it has when the window ends, after few requests', async () => {
  const queue = aQueue(many(13));
  const startedAt = Date.now();

  const batch = await collector(queue, { batchSize: 1000, windowSeconds: 1 }).next();

  expect(batch).toHaveLength(13);
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(990);
  expect(queue.requests.length).toBeLessThanOrEqual(6);
});

it('keeps a batch within the 6 MB an event may have, and loses none of the rest', async () => {
  const queue = aQueue(many(10, 'x'.repeat(1_000_000)));
  const collecting = collector(queue, { batchSize: 10, windowSeconds: 0 });

  const sizes = [(await collecting.next()).length, (await collecting.next()).length];

  expect(sizes).toEqual([6, 4]);
  expect(queue.requests).toHaveLength(1);
});

it('stops waiting within a window when it is told to', async () => {
  const stop = new AbortController();
  const collecting = collector(aQueue(many(1)), { batchSize: 10, windowSeconds: 300 }, stop.signal);
  const batch = collecting.next();
  stop.abort();

  await expect(batch).rejects.toThrow('aborted');
});
