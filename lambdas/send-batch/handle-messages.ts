import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Clock } from '../core/clock';
import { MailerError } from '../core/errors';
import type { Log } from '../core/log';
import type { DelayQueue } from '../core/queue/delay-queue';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import type { SendBatch } from './send-batch';

/** SQS hides a message for 12 hours at most, counted from when it was received. */
const LONGEST_DELAY_SECONDS = 43_200 - 600;

/** After a fault of a store or a service. */
const FAULT_BACKOFF: Backoff = { baseMs: 10_000, capMs: 30 * 60_000 };

/** Failures of a batch that is older than this are counted apart: first ones pass by themselves. In milliseconds. */
const LATE_MS = 15 * 60_000;

/** What handling messages of the campaign queue works with. */
export interface MessageHandling {
  readonly sendBatch: SendBatch;
  readonly queue: DelayQueue;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Log;
}

/**
 * Makes the queue's consumer. A message that must wait is hidden until then and reported as not
 * done; so is one that met a fault. Nothing is ever lost to either.
 */
export function createMessageHandler(handling: MessageHandling) {
  return async (event: SQSEvent, deadlineMs: number): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      const done = await handle(handling, record, deadlineMs);
      if (!done) batchItemFailures.push({ itemIdentifier: record.messageId });
    }
    return { batchItemFailures };
  };
}

async function handle(
  { sendBatch, queue, clock, chance, log }: MessageHandling,
  { body, messageId, receiptHandle, attributes }: SQSRecord,
  deadlineMs: number,
): Promise<boolean> {
  let untilMs: number;
  const sentAtMs = Number(attributes.SentTimestamp);
  const late = clock() - sentAtMs > LATE_MS;
  try {
    const groupId = attributes.MessageGroupId;
    const message = { body, messageId, sentAtMs, ...(groupId === undefined ? {} : { groupId }) };
    const disposition = await sendBatch(message, deadlineMs);
    if (disposition.disposition === 'done') return true;
    const { reason } = disposition;
    // Any other reason is a limit, a person's word or a doubt, and passes or is told of by itself.
    const failing = late && reason === 'notSent';
    log.info('batch waits', { code: 'batch-waits', messageId, reason, failing });
    ({ untilMs } = disposition);
  } catch (error) {
    const receives = Number(attributes.ApproximateReceiveCount);
    untilMs = clock() + fullJitterMs(FAULT_BACKOFF, receives, chance());
    log.error('batch not processed', {
      code: 'batch-fault',
      ...{ messageId, late },
      error: describeFault(error),
    });
  }
  await hide(queue, log, { messageId, receiptHandle, delayMs: untilMs - clock() });
  return false;
}

async function hide(
  queue: DelayQueue,
  log: Log,
  message: { messageId: string; receiptHandle: string; delayMs: number },
): Promise<void> {
  const { messageId, receiptHandle, delayMs } = message;
  const seconds = Math.min(LONGEST_DELAY_SECONDS, Math.max(1, Math.ceil(delayMs / 1000)));
  try {
    await queue.hide(receiptHandle, seconds);
  } catch (error) {
    // The message then comes back after the queue's own timeout: too early or too late, never lost.
    log.warn('batch not hidden', {
      code: 'batch-not-hidden',
      messageId,
      error: describeFault(error),
    });
  }
}

/** Names a fault. Only our own errors promise to hold no address, so only their text is shown. */
function describeFault(error: unknown): string {
  if (error instanceof MailerError) return `${error.name}: ${error.message}`;
  return error instanceof Error ? error.name : typeof error;
}
