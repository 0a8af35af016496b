import type { ScheduledEvent, SQSEvent } from 'aws-lambda';
import { readSyncMessage, writeSyncMessage } from '../../lambdas/adapters/sqs/sync-message';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import { beginSync, type SyncRequest } from '../../lambdas/core/suppression/sync-request';
import { createRequestHandler } from '../../lambdas/sync-suppressions/handle-requests';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import { RecordingLog } from '../support/fakes/recording-log';
import { NOW_MS } from './a-syncer';

/** A consumer whose syncs do as the test says. */
class Handling {
  readonly synced: SyncRequest[] = [];
  readonly asked: SyncRequest[] = [];
  readonly hidden: number[] = [];
  readonly deadLetters = new InMemoryDeadLetters();
  readonly log = new RecordingLog();
  fault: Error | undefined;
  hideFault: Error | undefined;

  handle(event: SQSEvent | ScheduledEvent) {
    return createRequestHandler({
      domains: ['mg.example.com', 'mg.example.org'],
      syncDomain: (request) => {
        this.synced.push(request);
        return this.fault === undefined ? Promise.resolve() : Promise.reject(this.fault);
      },
      readRequest: readSyncMessage,
      requests: {
        ask: (request, delaySeconds) => {
          expect(delaySeconds).toBe(0);
          this.asked.push(request);
          return Promise.resolve();
        },
      },
      queue: {
        hide: (_receipt, seconds) => {
          this.hidden.push(seconds);
          return this.hideFault === undefined ? Promise.resolve() : Promise.reject(this.hideFault);
        },
      },
      deadLetters: this.deadLetters,
      clock: () => NOW_MS,
      log: this.log,
    })(event, Infinity);
  }
}

const aMessage = (body: string, receives = 1): SQSEvent =>
  ({
    Records: [
      {
        ...{ body, messageId: 'm1', receiptHandle: 'r1' },
        attributes: { ApproximateReceiveCount: String(receives) },
      },
    ],
  }) as unknown as SQSEvent;

const request: SyncRequest = {
  ...beginSync('mg.example.com', NOW_MS),
  ...{ step: 'complaint', place: 'abc', pages: 3, waits: 1, notBeforeMs: NOW_MS + 5 },
  unread: [{ list: 'bounce', reason: '403' }],
  counts: { entries: 3, unmailable: 1, written: 2, removed: 0 },
};
const body = writeSyncMessage(request);

it('begins a sync of every domain when the schedule says so', async () => {
  const handling = new Handling();

  await handling.handle({ 'detail-type': 'Scheduled Event' } as ScheduledEvent);

  expect(handling.asked).toEqual([
    beginSync('mg.example.com', NOW_MS),
    beginSync('mg.example.org', NOW_MS),
  ]);
  expect(handling.synced).toEqual([]);
});

it('does what a message asks for', async () => {
  const handling = new Handling();

  expect(await handling.handle(aMessage(body))).toEqual({ batchItemFailures: [] });
  expect(handling.synced).toEqual([request]);
});

it.each([
  ['no JSON', 'ada@example.com'],
  ['another version', body.replace('"version":1', '"version":2')],
  ['an unknown step', body.replace('"complaint"', '"ada@example.com"')],
])('sets a message aside that is %s, and quotes nothing of it', async (_what, malformed) => {
  const handling = new Handling();

  expect(await handling.handle(aMessage(malformed))).toEqual({ batchItemFailures: [] });
  expect(handling.deadLetters.letters).toMatchObject([{ body: malformed, code: 'malformed-sync' }]);
  expect(handling.deadLetters.letters[0]?.reason).not.toContain('ada');
  expect(handling.synced).toEqual([]);
});

it('sets a sync aside whose domain is configured no more', async () => {
  const handling = new Handling();
  handling.fault = new PermanentError('unknown-domain', 'not configured');

  expect(await handling.handle(aMessage(body))).toEqual({ batchItemFailures: [] });
  expect(handling.deadLetters.letters).toMatchObject([{ body, code: 'unknown-domain' }]);
});

it.each([
  [1, 30],
  [3, 120],
  [19, 600],
])('tries a step again that met a fault: after receive %i in %i s', async (receives, seconds) => {
  const handling = new Handling();
  handling.fault = new TransientError('the table is away');

  expect(await handling.handle(aMessage(body, receives))).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm1' }],
  });
  expect(handling.hidden).toEqual([seconds]);
  expect(handling.deadLetters.letters).toEqual([]);
});

it('tries it again also when it can not be hidden', async () => {
  const handling = new Handling();
  handling.fault = new Error('ada@example.com is no table');
  handling.hideFault = new Error('ada@example.com is no receipt');

  const { batchItemFailures } = await handling.handle(aMessage(body));

  expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
  expect(handling.log.withCode('sync-not-hidden')).toHaveLength(1);
  expect(handling.log.text).not.toContain('ada');
});
