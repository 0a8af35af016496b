import type { SQSEvent } from 'aws-lambda';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import type { Disposition } from '../../lambdas/core/queue/consumer';
import { createMessageHandler } from '../../lambdas/reconcile/handle-messages';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import { RecordingLog } from '../support/fakes/recording-log';
import { theRequest } from './a-reconciler';

const NOW_MS = 1_000_000;

function handling(reconcile: () => Promise<Disposition>, readRequest = () => theRequest) {
  const hidden: number[] = [];
  const deadLetters = new InMemoryDeadLetters();
  const log = new RecordingLog();
  const handle = createMessageHandler({
    ...{ reconcile, readRequest, deadLetters, log, clock: () => NOW_MS, chance: () => 0.5 },
    queue: { hide: (_receipt, seconds) => Promise.resolve(void hidden.push(seconds)) },
  });
  const record = { messageId: 'm', receiptHandle: 'r', body: 'ada@example.com' };
  const attributes = { ApproximateReceiveCount: '3' };
  const event = { Records: [{ ...record, attributes }] } as unknown as SQSEvent;
  return { hidden, deadLetters, log, handle: () => handle(event, NOW_MS + 60_000) };
}

const failed = { batchItemFailures: [{ itemIdentifier: 'm' }] };
const done = { batchItemFailures: [] };

it('lets a request go that is done', async () => {
  const { handle, hidden } = handling(() => Promise.resolve({ disposition: 'done' }));

  expect(await handle()).toEqual(done);
  expect(hidden).toEqual([]);
});

it.each([
  ['until then', 90_500, 91],
  ['for a second at least', -5, 1],
  ['for as long as SQS can', 14 * 3_600_000, 42_600],
])('hides a request that must wait %s', async (_how, waitMs, seconds) => {
  const untilMs = NOW_MS + waitMs;
  const { handle, hidden } = handling(() => Promise.resolve({ disposition: 'wait', untilMs }));

  expect(await handle()).toEqual(failed);
  expect(hidden).toEqual([seconds]);
});

it('tries again after a fault, and says which without what it was about', async () => {
  const fault = new TransientError('a store is down');
  const { handle, hidden, log } = handling(() => Promise.reject(fault));

  expect(await handle()).toEqual(failed);
  expect(hidden).toEqual([20]);
  expect(log.text).toContain('a store is down');
  expect(log.text).not.toContain('@');
});

it('makes a dead letter of what can not succeed, with its reason', async () => {
  const { handle, deadLetters } = handling(
    () => Promise.resolve({ disposition: 'done' }),
    () => {
      throw new PermanentError('malformed-reconcile-request', 'no JSON');
    },
  );

  expect(await handle()).toEqual(done);
  expect(deadLetters.letters).toMatchObject([{ code: 'malformed-reconcile-request' }]);
});
