import type { ScheduledEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock } from '../core/clock';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { MailerError, PermanentError } from '../core/errors';
import type { Log } from '../core/log';
import type { DelayQueue } from '../core/queue/delay-queue';
import { beginSync, type SyncRequest, type SyncRequests } from '../core/suppression/sync-request';
import type { SyncDomain } from './sync-domain';

/** After a fault: so long, doubled with every receive, up to the longest. */
const FAULT_DELAY = { baseSeconds: 30, longestSeconds: 600 };

/** What handling requests works with. */
export interface RequestHandling {
  readonly domains: readonly string[];
  readonly syncDomain: SyncDomain;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => SyncRequest;
  readonly requests: SyncRequests;
  readonly queue: DelayQueue;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the consumer of the queue of syncs and of the schedule. What the schedule asks for goes
 * through the queue, one domain a message; what can't succeed goes to the dead letters at once.
 */
export function createRequestHandler(handling: RequestHandling) {
  return async (
    event: SQSEvent | ScheduledEvent,
    deadlineMs: number,
  ): Promise<SQSBatchResponse> => {
    if (!('Records' in event)) {
      const startedAtMs = handling.clock();
      for (const domain of handling.domains) {
        await handling.requests.ask(beginSync(domain, startedAtMs), 0);
      }
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

async function handle(
  { syncDomain, readRequest, deadLetters, queue, log }: RequestHandling,
  { body, messageId, receiptHandle, attributes }: SQSRecord,
  deadlineMs: number,
): Promise<boolean> {
  try {
    try {
      await syncDomain(readRequest(body), deadlineMs);
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      await deadLetters.put({ body, code: error.code, reason: error.message });
    }
    return true;
  } catch (error) {
    log.error('sync not finished', { code: 'sync-fault', messageId, error: faultOf(error) });
  }

  const receives = Number(attributes.ApproximateReceiveCount);
  const { baseSeconds, longestSeconds } = FAULT_DELAY;
  const seconds = Math.min(longestSeconds, baseSeconds * 2 ** Math.max(0, receives - 1));
  try {
    await queue.hide(receiptHandle, seconds);
  } catch (error) {
    // The message then comes back after the queue's own timeout.
    log.warn('sync not hidden', { code: 'sync-not-hidden', messageId, error: faultOf(error) });
  }
  return false;
}

/** Names a fault. Only our own errors promise to hold no address, so only their text is shown. */
function faultOf(error: unknown): string {
  if (error instanceof MailerError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : typeof error;
}
