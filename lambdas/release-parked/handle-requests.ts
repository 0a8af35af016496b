import type { ScheduledEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import {
  NOTHING_FOUND,
  type ReleaseContinuations,
  type ReleaseRequest,
} from '../core/batch/release-request';
import type { Clock } from '../core/clock';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { MailerError, PermanentError } from '../core/errors';
import type { Log } from '../core/log';
import type { DelayQueue } from '../core/queue/delay-queue';
import type { ReleaseParked } from './release-parked';

/** The hour of the day, UTC, in which a sweep tells of what is parked for too long. */
const TELLING_HOUR = 9;

/** After a fault: so long, doubled with every receive, up to the longest. */
const FAULT_DELAY = { baseSeconds: 30, longestSeconds: 600 };

/** What handling requests works with. */
export interface RequestHandling {
  readonly releaseParked: ReleaseParked;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => ReleaseRequest;
  readonly continuations: ReleaseContinuations;
  readonly queue: DelayQueue;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the consumer of the release queue and of the schedule. What the schedule asks for goes
 * through the queue, which keeps trying; what can't succeed goes to the dead letters at once.
 */
export function createRequestHandler(handling: RequestHandling) {
  return async (
    event: SQSEvent | ScheduledEvent,
    deadlineMs: number,
  ): Promise<SQSBatchResponse> => {
    if (!('Records' in event)) {
      await handling.continuations.continueWith(sweepAt(handling.clock()));
      return { batchItemFailures: [] };
    }
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      const isDone = await handle(handling, record, deadlineMs);
      if (!isDone) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

function sweepAt(nowMs: number): ReleaseRequest {
  const tells = new Date(nowMs).getUTCHours() === TELLING_HOUR;
  return { scope: { scope: 'all' }, findings: NOTHING_FOUND, tells };
}

async function handle(
  { releaseParked, readRequest, deadLetters, queue, log }: RequestHandling,
  { body, messageId, receiptHandle, attributes }: SQSRecord,
  deadlineMs: number,
): Promise<boolean> {
  try {
    try {
      await releaseParked(readRequest(body), deadlineMs);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      await deadLetters.put({ body, code: error.code, reason: error.message });
    }
    return true;
  } catch (error) {
    log.error('release not finished', { code: 'release-fault', messageId, error: nameOf(error) });
  }

  const receives = Number(attributes.ApproximateReceiveCount);
  const { baseSeconds, longestSeconds } = FAULT_DELAY;
  try {
    await queue.hide(
      receiptHandle,
      Math.min(longestSeconds, baseSeconds * 2 ** Math.max(0, receives - 1)),
    );
  } catch (error) {
    // The message then comes back after the queue's own timeout.
    log.warn('release not hidden', {
      code: 'release-not-hidden',
      messageId,
      error: nameOf(error),
    });
  }
  return false;
}

/** Names a fault. Only our own errors promise to hold no address, so only their text is shown. */
function nameOf(error: unknown): string {
  if (error instanceof MailerError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : typeof error;
}
