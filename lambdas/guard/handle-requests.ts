import type { ScheduledEvent, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { MailerError, PermanentError } from '../core/errors';
import type { GuardRequest } from '../core/guard/guard-requests';
import type { DelayQueue } from '../core/queue/delay-queue';
import type { Dependencies } from './dependencies';
import { createEvaluateAccount } from './evaluate-account';
import { createEvaluateCampaign } from './evaluate-campaign';
import { createSweep } from './sweep';
import { takeTurn, type TurnOutcome } from './turn';

/** A request that comes too soon is looked at again after so long at most: who holds it up may be dead. */
const LONGEST_HIDDEN_SECONDS = 15;

/** After a fault: so long, doubled with every receive, up to the longest. */
const FAULT_DELAY = { baseSeconds: 5, longestSeconds: 600 };

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
 * sweep. What comes too soon waits in the queue; what can't be read goes to the dead letters at once.
 */
export function createRequestHandler(handling: RequestHandling) {
  const evaluateCampaign = createEvaluateCampaign(handling);
  const evaluateAccount = createEvaluateAccount(handling);
  const sweep = createSweep(handling, evaluateCampaign);

  const serve = async (request: GuardRequest, deadlineMs: number): Promise<TurnOutcome> => {
    if (request.request === 'sweep') {
      await sweep(request.after, deadlineMs);
      return { turn: 'taken' };
    }
    const { subject, dueAtMs } = request;
    return takeTurn(handling, subject, dueAtMs, (turn) =>
      subject.subject === 'campaign'
        ? evaluateCampaign(subject.campaign, turn)
        : evaluateAccount(subject.accountId, turn),
    );
  };

  return async (
    event: SQSEvent | ScheduledEvent,
    deadlineMs: number,
  ): Promise<SQSBatchResponse> => {
    if (!('Records' in event)) {
      await handling.lookAtDomains();
      await sweep(undefined, deadlineMs);
      return { batchItemFailures: [] };
    }
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      const isDone = await handle(handling, record, (request) => serve(request, deadlineMs));
      if (!isDone) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

/** @returns whether the message has had its consequence. */
async function handle(
  { readRequest, deadLetters, clock, log, queue }: RequestHandling,
  { body, messageId, receiptHandle, attributes }: SQSRecord,
  serve: (request: GuardRequest) => Promise<TurnOutcome>,
): Promise<boolean> {
  let hideSeconds: number;
  try {
    const outcome = await serveOrBury(body, { readRequest, deadLetters }, serve);
    if (outcome.turn !== 'early') return true;
    const waitSeconds = Math.ceil((outcome.untilMs - clock()) / 1_000);
    hideSeconds = Math.min(LONGEST_HIDDEN_SECONDS, Math.max(1, waitSeconds));
  } catch (error) {
    log.error('guard request not served', { code: 'guard-fault', messageId, fault: nameOf(error) });
    const receives = Math.max(1, Number(attributes.ApproximateReceiveCount));
    const { baseSeconds, longestSeconds } = FAULT_DELAY;
    hideSeconds = Math.min(longestSeconds, baseSeconds * 2 ** (receives - 1));
  }
  try {
    await queue.hide(receiptHandle, hideSeconds);
  } catch (error) {
    // The message then comes back after the queue's own timeout.
    const fault = nameOf(error);
    log.warn('guard request not hidden', { code: 'guard-not-hidden', messageId, fault });
  }
  return false;
}

async function serveOrBury(
  body: string,
  { readRequest, deadLetters }: Pick<RequestHandling, 'readRequest' | 'deadLetters'>,
  serve: (request: GuardRequest) => Promise<TurnOutcome>,
): Promise<TurnOutcome> {
  try {
    return await serve(readRequest(body));
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    await deadLetters.put({ body, code: error.code, reason: error.message });
    return { turn: 'taken' };
  }
}

/** Names a fault. Only our own errors promise to hold no address, so only their text is shown. */
function nameOf(error: unknown): string {
  if (error instanceof MailerError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : typeof error;
}
