import type { ScheduledEvent, SQSEvent } from 'aws-lambda';
import { NOTHING_FOUND, type ReleaseRequest } from '../../lambdas/core/batch/release-request';
import { PermanentError, TransientError } from '../../lambdas/core/errors';
import {
  readReleaseMessage,
  writeReleaseMessage,
} from '../../lambdas/adapters/sqs/release-message';
import { createRequestHandler } from '../../lambdas/release-parked/handle-requests';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import { RecordingLog } from '../support/fakes/recording-log';
import { everything } from './a-releaser';

class Handling {
  readonly released: ReleaseRequest[] = [];
  readonly continued: ReleaseRequest[] = [];
  readonly hidden: number[] = [];
  readonly deadLetters = new InMemoryDeadLetters();
  readonly log = new RecordingLog();
  fault: Error | undefined;
  hideFault: Error | undefined;
  now = '2026-03-01T12:34:00Z';

  handle(event: SQSEvent | ScheduledEvent) {
    return createRequestHandler({
      releaseParked: (request) => {
        this.released.push(request);
        return this.fault === undefined ? Promise.resolve() : Promise.reject(this.fault);
      },
      readRequest: readReleaseMessage,
      continuations: {
        continueWith: (request) => {
          this.continued.push(request);
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
      clock: () => Date.parse(this.now),
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

const aScheduledEvent = { 'detail-type': 'Scheduled Event' } as ScheduledEvent;
const body = writeReleaseMessage(everything);

it('does what a message asks for', async () => {
  const handling = new Handling();
  const request: ReleaseRequest = {
    scope: { scope: 'domain', domain: 'mg.example.com' },
    ...{ after: 'parked/a', findings: { unreadable: 1, parkedTooLong: 2 }, tells: true },
  };

  const { batchItemFailures } = await handling.handle(aMessage(writeReleaseMessage(request)));

  expect(handling.released).toEqual([request]);
  expect(batchItemFailures).toEqual([]);
});

it.each([
  ['2026-03-01T08:59:59Z', false],
  ['2026-03-01T09:00:00Z', true],
  ['2026-03-01T10:00:00Z', false],
])('asks for a sweep when the schedule says so; at %s it tells: %s', async (now, tells) => {
  const handling = new Handling();
  handling.now = now;

  await handling.handle(aScheduledEvent);

  expect(handling.continued).toEqual([{ scope: { scope: 'all' }, findings: NOTHING_FOUND, tells }]);
  expect(handling.released).toEqual([]);
});

it.each([
  ['no JSON', 'ada@example.com'],
  ['another version', '{"version":2,"scope":{"scope":"all"}}'],
  ['an unknown scope', '{"version":1,"scope":{"scope":"ada@example.com"}}'],
])('sets a message aside that is %s, and quotes nothing of it', async (_what, malformed) => {
  const handling = new Handling();

  const { batchItemFailures } = await handling.handle(aMessage(malformed));

  expect(batchItemFailures).toEqual([]);
  expect(handling.deadLetters.letters).toMatchObject([
    { body: malformed, code: 'malformed-release' },
  ]);
  expect(handling.deadLetters.letters[0]?.reason).not.toContain('ada');
});

it('sets a request aside that met a payload nobody can read', async () => {
  const handling = new Handling();
  handling.fault = new PermanentError('unreadable-payloads', '1 parked payloads unreadable');

  const { batchItemFailures } = await handling.handle(aMessage(body));

  expect(batchItemFailures).toEqual([]);
  expect(handling.deadLetters.letters).toMatchObject([{ body, code: 'unreadable-payloads' }]);
});

it.each([
  [1, 30],
  [3, 120],
  [19, 600],
])(
  'tries a request again that met a fault: after receive %i in %i s',
  async (receives, seconds) => {
    const handling = new Handling();
    handling.fault = new TransientError('the table is away');

    const { batchItemFailures } = await handling.handle(aMessage(body, receives));

    expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
    expect(handling.hidden).toEqual([seconds]);
    expect(handling.deadLetters.letters).toEqual([]);
  },
);

it('tries it again also when it can not be hidden', async () => {
  const handling = new Handling();
  handling.fault = new Error('ada@example.com is no table');
  handling.hideFault = new Error('ada@example.com is no receipt');

  const { batchItemFailures } = await handling.handle(aMessage(body));

  expect(batchItemFailures).toEqual([{ itemIdentifier: 'm1' }]);
  expect(handling.log.withCode('release-not-hidden')).toHaveLength(1);
  expect(handling.log.text).not.toContain('ada');
});
