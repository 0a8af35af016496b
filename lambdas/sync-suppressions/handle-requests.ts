import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createSqsConsumer } from '../adapters/sqs/sqs-consumer';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { DONE, doubling, type Consuming } from '../core/queue/consumer';
import { beginSync, type SyncRequest, type SyncRequests } from '../core/suppression/sync-request';
import type { SyncDomain } from './sync-domain';

/** What handling requests works with. */
export interface RequestHandling extends Pick<Consuming, 'queue' | 'clock' | 'log'> {
  readonly domains: readonly string[];
  readonly syncDomain: SyncDomain;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => SyncRequest;
  readonly requests: SyncRequests;
  readonly deadLetters: DeadLetters;
}

/**
 * Makes the consumer of the queue of syncs and of the schedule. What the schedule asks for goes
 * through the queue, one domain a message.
 */
export function createRequestHandler(handling: RequestHandling) {
  const { domains, syncDomain, readRequest, requests, ...consuming } = handling;
  const consume = createSqsConsumer({
    ...consuming,
    name: 'sync',
    work: async ({ body }, deadlineMs) => {
      await syncDomain(readRequest(body), deadlineMs);
      return DONE;
    },
    faultDelayMs: doubling({ baseSeconds: 30, longestSeconds: 600 }),
  });

  return async (
    event: SQSEvent | ScheduledEvent,
    deadlineMs: number,
  ): Promise<SQSBatchResponse> => {
    if ('Records' in event) return consume(event, deadlineMs);
    const startedAtMs = consuming.clock();
    for (const domain of domains) await requests.ask(beginSync(domain, startedAtMs), 0);
    return { batchItemFailures: [] };
  };
}
