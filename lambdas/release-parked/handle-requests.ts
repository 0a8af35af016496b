import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createSqsConsumer } from '../adapters/sqs/sqs-consumer';
import {
  NOTHING_FOUND,
  type ReleaseContinuations,
  type ReleaseRequest,
} from '../core/batch/release-request';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { DONE, doubling, type Consuming } from '../core/queue/consumer';
import type { ReleaseParked } from './release-parked';

/** The hour of the day, UTC, in which a sweep tells of what is parked for too long. */
const TELLING_HOUR = 9;

/** What handling requests works with. */
export interface RequestHandling extends Pick<Consuming, 'queue' | 'clock' | 'log'> {
  readonly releaseParked: ReleaseParked;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => ReleaseRequest;
  readonly continuations: ReleaseContinuations;
  readonly deadLetters: DeadLetters;
}

/**
 * Makes the consumer of the release queue and of the schedule. What the schedule asks for goes
 * through the queue, which keeps trying.
 */
export function createRequestHandler(handling: RequestHandling) {
  const { releaseParked, readRequest, continuations, ...consuming } = handling;
  const consume = createSqsConsumer({
    ...consuming,
    name: 'release',
    work: async ({ body }, deadlineMs) => {
      await releaseParked(readRequest(body), deadlineMs);
      return DONE;
    },
    faultDelayMs: doubling({ baseSeconds: 30, longestSeconds: 600 }),
  });

  return async (
    event: SQSEvent | ScheduledEvent,
    deadlineMs: number,
  ): Promise<SQSBatchResponse> => {
    if ('Records' in event) return consume(event, deadlineMs);
    await continuations.continueWith(sweepAt(consuming.clock()));
    return { batchItemFailures: [] };
  };
}

function sweepAt(nowMs: number): ReleaseRequest {
  const tells = new Date(nowMs).getUTCHours() === TELLING_HOUR;
  return { scope: { scope: 'all' }, findings: NOTHING_FOUND, tells };
}
