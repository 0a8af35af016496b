import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { BatchResultErrorEntry, SQSClient } from '@aws-sdk/client-sqs';
import { EnqueueError } from './errors';
import type { RefusedBatch } from './errors';
import type { FormedBatch } from './form-batches';

/** Where send requests go, and how hard it is tried. */
export interface BatchDestination {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  /** The queue is shared fairly among groups: one account's ten million don't starve another's ten. */
  readonly messageGroupId: string;
  readonly maxAttempts: number;
  /** Waits before a retry grow from here, twice as long each time, up to 20 s; milliseconds. */
  readonly backoffMs: number;
  readonly signal?: AbortSignal;
  /** Called once for every batch that has to be sent again. */
  readonly onRetry: (batches: number) => void;
}

const MAX_BACKOFF_MS = 20_000;

/**
 * Puts up to ten batches on the queue in one call, and again those that SQS did not take, with
 * full jitter in between. A batch that was taken although its answer was lost comes twice, which
 * has no effect.
 *
 * @throws {EnqueueError} naming the batches that are not on the queue: at once where SQS blames
 *   the message or the call, otherwise after the last attempt.
 * @throws the signal's reason when it is aborted.
 */
export async function deliverBatches(
  batches: readonly FormedBatch[],
  destination: BatchDestination,
): Promise<void> {
  const { maxAttempts, signal, onRetry } = destination;
  let waiting = batches;

  for (let attempt = 1; ; attempt += 1) {
    const { refused, again } = await callOnce(waiting, destination);
    if (refused.length > 0) throw new EnqueueError([...refused, ...again.map(withoutBatch)]);
    if (again.length === 0) return;
    // Not a comparison the other way round: a limit that is no number must not mean "for ever".
    if (!(attempt < maxAttempts)) throw new EnqueueError(again.map(withoutBatch));

    waiting = again.map(({ batch }) => batch);
    onRetry(waiting.length);
    await sleep(jittered(destination.backoffMs, attempt), undefined, { signal });
  }
}

interface Unsent extends RefusedBatch {
  readonly batch: FormedBatch;
}

interface CallOutcome {
  readonly refused: readonly RefusedBatch[];
  readonly again: readonly Unsent[];
}

async function callOnce(
  batches: readonly FormedBatch[],
  { sqs, queueUrl, messageGroupId, signal }: BatchDestination,
): Promise<CallOutcome> {
  const entries = batches.map(({ body }, at) => ({
    Id: String(at),
    MessageBody: body,
    MessageGroupId: messageGroupId,
  }));
  try {
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
    const { Failed = [] } = await sqs.send(command, { abortSignal: signal });
    return outcomeOf(batches, Failed);
  } catch (error) {
    signal?.throwIfAborted();
    const reason = error instanceof Error ? error.name : 'unknown error';
    const unsent = batches.map((batch) => ({ batch, batchId: batch.batchId, reason }));
    return isOurFault(error) ? { refused: unsent, again: [] } : { refused: [], again: unsent };
  }
}

function outcomeOf(
  batches: readonly FormedBatch[],
  failed: readonly BatchResultErrorEntry[],
): CallOutcome {
  const refused: RefusedBatch[] = [];
  const again: Unsent[] = [];
  for (const { Id, SenderFault, Code } of failed) {
    const batch = batches[Number(Id)];
    if (batch === undefined) continue;
    const unsent = { batch, batchId: batch.batchId, reason: Code ?? 'no code' };
    if (SenderFault === true && !isThrottle(Code)) refused.push(unsent);
    else again.push(unsent);
  }
  return { refused, again };
}

const isThrottle = (code: string | undefined): boolean =>
  /throttl|TooManyRequests/i.test(code ?? '');

// Set by the SDK on what a service answered; without it no answer came at all.
function isOurFault(error: unknown): boolean {
  if (!(error instanceof Error) || isThrottle(error.name)) return false;
  return '$fault' in error && error.$fault === 'client';
}

const withoutBatch = ({ batchId, reason }: Unsent): RefusedBatch => ({ batchId, reason });

function jittered(backoffMs: number, attempt: number): number {
  return Math.random() * Math.min(MAX_BACKOFF_MS, backoffMs * 2 ** (attempt - 1));
}
