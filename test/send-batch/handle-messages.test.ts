import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { TransientError } from '../../lambdas/core/errors';
import type { LogFields } from '../../lambdas/core/log';
import { measuresOf } from '../../lambdas/core/metric/measures';
import { createMessageHandler } from '../../lambdas/send-batch/handle-messages';
import type { Disposition, SendBatch } from '../../lambdas/send-batch/send-batch';

const NOW = 1_700_000_000_000;

const event = (...ids: string[]): SQSEvent => eventSentAt('5', ...ids);

const eventSentAt = (SentTimestamp: string, ...ids: string[]): SQSEvent => ({
  Records: ids.map(
    (id) =>
      ({
        messageId: id,
        receiptHandle: `receipt-${id}`,
        body: '{"email":"ada@example.com"}',
        attributes: { ApproximateReceiveCount: '3', MessageGroupId: 'acme', SentTimestamp },
      }) as SQSRecord,
  ),
});

const handling = (sendBatch: SendBatch) => {
  const hidden: [string, number][] = [];
  const logged: unknown[] = [];
  const note = (...line: unknown[]) => void logged.push(line);
  const handle = createMessageHandler({
    sendBatch,
    queue: { hide: (receipt, seconds) => Promise.resolve(void hidden.push([receipt, seconds])) },
    clock: () => NOW,
    chance: () => 0.5,
    log: { info: note, warn: note, error: note },
  });
  return { handle, hidden, logged };
};

const waits = (untilMs: number): Disposition => ({ disposition: 'wait', untilMs, reason: 'test' });

it('lets go of what is done', async () => {
  const { handle, hidden } = handling(() => Promise.resolve({ disposition: 'done' }));

  expect(await handle(event('a', 'b'), NOW)).toEqual({ batchItemFailures: [] });
  expect(hidden).toEqual([]);
});

it.each([
  ['a minute', NOW + 60_000, 60],
  ['a part of a second', NOW + 60_001, 61],
  ['no time at all', NOW, 1],
  ['a time that has passed', NOW - 5_000, 1],
  ['a day, which is more than SQS can', NOW + 86_400_000, 42_600],
])('hides a message that must wait for %s', async (_what, untilMs, seconds) => {
  const { handle, hidden } = handling(() => Promise.resolve(waits(untilMs)));

  expect(await handle(event('a'), NOW)).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  expect(hidden).toEqual([['receipt-a', seconds]]);
});

it('keeps a message that met a fault, for a while that grows with its receives', async () => {
  const { handle, hidden } = handling(() => Promise.reject(new TransientError('throttled')));

  expect(await handle(event('a'), NOW)).toEqual({ batchItemFailures: [{ itemIdentifier: 'a' }] });
  expect(hidden).toEqual([['receipt-a', 20]]);
});

it('keeps a message that can not be hidden', async () => {
  const { handle } = handling(() => Promise.resolve(waits(NOW + 1000)));
  const failing = createMessageHandler({
    sendBatch: () => Promise.resolve(waits(NOW + 1000)),
    queue: { hide: () => Promise.reject(new Error('SQS is down')) },
    clock: () => NOW,
    chance: () => 0.5,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });

  expect(await failing(event('a'), NOW)).toEqual(await handle(event('a'), NOW));
});

it('passes the message group on, and writes no content to the log', async () => {
  const groups: (string | undefined)[] = [];
  const { handle, logged } = handling(({ groupId }) => {
    groups.push(groupId);
    return Promise.reject(new TypeError('ada@example.com is not iterable'));
  });

  await handle(event('a'), NOW);

  expect(groups).toEqual(['acme']);
  expect(JSON.stringify(logged)).toContain('TypeError');
  expect(JSON.stringify(logged)).not.toContain('@');
});

describe('a batch counts as failing', () => {
  const QUARTER_MS = 15 * 60_000;
  const waitsFor = (reason: string): Promise<Disposition> =>
    Promise.resolve({ disposition: 'wait', untilMs: NOW, reason });
  const fault = () => Promise.reject(new TransientError('throttled'));

  it.each<[string, SendBatch, number, number]>([
    ['that meets a fault and is old', fault, QUARTER_MS + 1, 1],
    ['whose call does not get through and is old', () => waitsFor('notSent'), QUARTER_MS + 1, 1],
    ['not when it is young: a fault', fault, QUARTER_MS, 0],
    ['not when it is young: a call', () => waitsFor('notSent'), QUARTER_MS, 0],
    ['not when it waits for a hold', () => waitsFor('domain-held'), 99 * QUARTER_MS, 0],
    ['not when it waits for a day', () => waitsFor('budget-day'), 99 * QUARTER_MS, 0],
    ['not when it is in doubt', () => waitsFor('in-doubt'), 99 * QUARTER_MS, 0],
  ])('%s', async (_what, sendBatch, ageMs, failing) => {
    const { handle, logged } = handling(sendBatch);

    await handle(eventSentAt(String(NOW - ageMs), 'a'), NOW);

    const measures = (logged as [string, LogFields][]).flatMap(([, line]) => measuresOf(line));
    expect(measures.filter(({ name }) => name === 'BatchesFailing')).toHaveLength(failing);
  });
});
