import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock } from '../core/clock';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { MailerError, PermanentError } from '../core/errors';
import type { Log } from '../core/log';
import type { DelayQueue } from '../core/queue/delay-queue';
import type { ReconcileRequest } from '../core/reconciliation/reconcile-request';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import type { Disposition, Reconcile } from './reconcile';

/** SQS hides a message for 12 hours at most, counted from when it was received. */
const LONGEST_DELAY_SECONDS = 43_200 - 600;

/** After a fault of a store or a service. */
const FAULT_BACKOFF: Backoff = { baseMs: 10_000, capMs: 30 * 60_000 };

/** What handling messages of the reconcile queue works with. */
export interface MessageHandling {
  readonly reconcile: Reconcile;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => ReconcileRequest;
  readonly queue: DelayQueue;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Log;
}

/**
 * Makes the queue's consumer. A message that must wait is hidden until then and reported as not
 * done; so is one that met a fault. What can't succeed is a dead letter at once.
 */
export function createMessageHandler(handling: MessageHandling) {
  return async (event: SQSEvent, deadlineMs: number): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      const untilMs = await handle(handling, record, deadlineMs);
      if (untilMs === undefined) continue;
      await hide(handling, record, untilMs);
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

/** @returns when the message is to come back; `undefined` where it is done. */
async function handle(
  handling: MessageHandling,
  record: SQSRecord,
  deadlineMs: number,
): Promise<number | undefined> {
  const { clock, chance, log } = handling;
  const { messageId, attributes } = record;
  try {
    const disposition = await reconcileOrBury(handling, record, deadlineMs);
    return disposition.disposition === 'done' ? undefined : disposition.untilMs;
  } catch (error) {
    log.error('submission not reconciled', {
      code: 'reconciliation-fault',
      messageId,
      error: nameOf(error),
    });
    const receives = Number(attributes.ApproximateReceiveCount);
    return clock() + fullJitterMs(FAULT_BACKOFF, receives, chance());
  }
}

async function reconcileOrBury(
  { reconcile, readRequest, deadLetters, log }: MessageHandling,
  { body, messageId }: SQSRecord,
  deadlineMs: number,
): Promise<Disposition> {
  try {
    return await reconcile(readRequest(body), deadlineMs);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    const { code: reason, message } = error;
    await deadLetters.put({ body, code: reason, reason: message });
    log.error('reconcile request dead-lettered', {
      code: 'reconciliation-dead-lettered',
      ...{ messageId, reason },
    });
    return { disposition: 'done' };
  }
}

async function hide(
  { queue, clock, log }: MessageHandling,
  { messageId, receiptHandle }: SQSRecord,
  untilMs: number,
): Promise<void> {
  const seconds = Math.ceil((untilMs - clock()) / 1000);
  try {
    await queue.hide(receiptHandle, Math.min(LONGEST_DELAY_SECONDS, Math.max(1, seconds)));
  } catch (error) {
    // The message then comes back after the queue's own timeout: too early or too late, never lost.
    log.warn('reconcile request not hidden', {
      code: 'reconciliation-not-hidden',
      messageId,
      error: nameOf(error),
    });
  }
}

/** Names a fault. Only our own errors promise to hold no address, so only their text is shown. */
function nameOf(error: unknown): string {
  if (error instanceof MailerError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : typeof error;
}
