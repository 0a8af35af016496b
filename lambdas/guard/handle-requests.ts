import type { ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createSqsConsumer } from '../adapters/sqs/sqs-consumer';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import type { GuardRequest } from '../core/guard/guard-requests';
import { DONE, doubling, type Disposition } from '../core/queue/consumer';
import type { DelayQueue } from '../core/queue/delay-queue';
import type { Dependencies } from './dependencies';
import { createEvaluateAccount } from './evaluate-account';
import { createEvaluateCampaign } from './evaluate-campaign';
import { createSweep } from './sweep';
import { takeTurn } from './turn';

/** A request that comes too soon is looked at again after so long at most: who holds it up may be dead. */
const LONGEST_HIDDEN_MS = 15_000;

/** What handling requests works with. */
export interface RequestHandling extends Dependencies {
  /** Says of every domain what keeps it back. Never rejects. */
  readonly lookAtDomains: () => Promise<void>;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => GuardRequest;
  readonly queue: DelayQueue;
  readonly deadLetters: DeadLetters;
}

/**
 * Makes the consumer of the guard queue and of the schedule, which asks for a look at the domains and a
 * sweep. What comes too soon waits in the queue.
 */
export function createRequestHandler(handling: RequestHandling) {
  const { readRequest, queue, deadLetters, clock, log } = handling;
  const evaluateCampaign = createEvaluateCampaign(handling);
  const evaluateAccount = createEvaluateAccount(handling);
  const sweep = createSweep(handling, evaluateCampaign);

  const serve = async (request: GuardRequest, deadlineMs: number): Promise<Disposition> => {
    if (request.request === 'sweep') {
      await sweep(request.after, deadlineMs);
      return DONE;
    }
    const { subject, dueAtMs } = request;
    const outcome = await takeTurn(handling, subject, dueAtMs, (turn) =>
      subject.subject === 'campaign'
        ? evaluateCampaign(subject.campaign, turn)
        : evaluateAccount(subject.accountId, turn),
    );
    if (outcome.turn !== 'early') return DONE;
    const untilMs = Math.min(outcome.untilMs, clock() + LONGEST_HIDDEN_MS);
    return { disposition: 'wait', untilMs };
  };

  const consume = createSqsConsumer({
    name: 'guard',
    work: ({ body }, deadlineMs) => serve(readRequest(body), deadlineMs),
    faultDelayMs: doubling({ baseSeconds: 5, longestSeconds: 600 }),
    ...{ queue, deadLetters, clock, log },
  });

  return async (
    event: SQSEvent | ScheduledEvent,
    deadlineMs: number,
  ): Promise<SQSBatchResponse> => {
    if ('Records' in event) return consume(event, deadlineMs);
    await handling.lookAtDomains();
    await sweep(undefined, deadlineMs);
    return { batchItemFailures: [] };
  };
}
