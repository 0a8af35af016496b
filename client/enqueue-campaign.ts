import type { SQSClient } from '@aws-sdk/client-sqs';
import { deliverBatches } from './batch-delivery';
import type { BatchDestination } from './batch-delivery';
import { EnqueueError } from './errors';
import type { InvalidRecipientError } from './errors';
import { formBatches } from './form-batches';
import type { CampaignDescription, FormedBatch } from './form-batches';
import { MAX_REQUEST_BYTES } from './send-request';
import type { Recipient } from './send-request';

/** Batches that may be under way to SQS at the same time. */
export const MAX_BATCHES_IN_FLIGHT = 10;

/** Entries SQS takes in one call; their bodies together may have as many bytes as one message. */
const MAX_CALL_BATCHES = 10;

/** How far the enqueuing of a campaign is. */
export interface EnqueueProgress {
  /** Batches on the queue. */
  readonly batches: number;
  /** Recipients of those batches. */
  readonly recipients: number;
  /** Size of those batches' bodies in UTF-8. */
  readonly bytes: number;
  /** Times a batch had to be sent again. */
  readonly retried: number;
  /** Recipients left out because they can't be part of a send request. */
  readonly skipped: number;
}

/** A campaign to put on the queue. */
export interface EnqueueCampaignOptions extends CampaignDescription {
  readonly sqs: SQSClient;
  /** URL of the campaign queue. */
  readonly queueUrl: string;
  /**
   * Read once, only as fast as SQS takes the batches, and never held as a whole. To run again
   * after a crash, give the same recipients in the same order with the same content.
   */
  readonly recipients: AsyncIterable<Recipient> | Iterable<Recipient>;
  /**
   * Stands before the number in every batch id. Give each part of a campaign that is enqueued
   * apart its own, or their ids collide.
   *
   * @default - none: ids are `000001`, `000002` and so on
   */
  readonly batchIdPrefix?: string;
  /**
   * What becomes of a recipient that can't be part of a send request: `throw` ends the enqueuing
   * before anything of its batch is sent; a function is told, and the recipient is left out.
   *
   * @default 'throw'
   */
  readonly onInvalid?: 'throw' | ((problem: InvalidRecipientError) => void);
  /**
   * Called whenever batches were put on the queue or have to be sent again.
   *
   * @default - nobody is told
   */
  readonly onProgress?: (progress: EnqueueProgress) => void;
  /**
   * Ends the enqueuing. What is under way is awaited or aborted; no batch is sent in part.
   *
   * @default - it can't be ended
   */
  readonly signal?: AbortSignal;
  /**
   * Calls made for a batch before it is given up.
   *
   * @default 8
   */
  readonly maxAttempts?: number;
  /**
   * Upper bound of the wait before the first retry; milliseconds.
   *
   * @default 100
   */
  readonly backoffMs?: number;
}

/**
 * Puts a campaign on the queue, batch by batch, with memory that does not grow with its size.
 *
 * Batch ids are numbers in the order of the recipients, so a producer that crashed runs again from
 * the beginning, and nobody is mailed twice: a batch that is known has no effect. A recipient that
 * is named in two batches is mailed by both, so name each address once.
 *
 * @returns what is on the queue at the end.
 * @throws {InvalidCampaignError} before anything is sent.
 * @throws {InvalidRecipientError} unless `onInvalid` is a function.
 * @throws {EnqueueError} naming the batches that SQS did not take.
 */
export async function enqueueCampaign(options: EnqueueCampaignOptions): Promise<EnqueueProgress> {
  const { signal, onInvalid = 'throw' } = options;
  signal?.throwIfAborted();

  const run = new EnqueueRun(options);
  const batches = formBatches(options, options.recipients, {
    batchIdPrefix: options.batchIdPrefix ?? '',
    onInvalid: (problem) => {
      if (onInvalid === 'throw') throw problem;
      run.skipped();
      onInvalid(problem);
    },
  });
  try {
    for await (const batch of batches) await run.add(batch);
    await run.flush();
  } finally {
    // Whatever ended the loop, nothing is left running behind the caller's back, and every
    // refusal is known.
    await run.settled();
    run.throwIfFailed();
  }
  return run.progress;
}

/** Gathers batches into calls, and keeps the calls under way within their bound. */
class EnqueueRun {
  progress: EnqueueProgress = { batches: 0, recipients: 0, bytes: 0, retried: 0, skipped: 0 };
  private readonly destination: BatchDestination;
  private readonly underWay = new Set<Promise<void>>();
  private inFlight = 0;
  private gathered: FormedBatch[] = [];
  private readonly failures: unknown[] = [];

  constructor(private readonly options: EnqueueCampaignOptions) {
    const { sqs, queueUrl, accountId, maxAttempts = 8, backoffMs = 100, signal } = options;
    const onRetry = (batches: number) => this.tell({ retried: this.progress.retried + batches });
    const limits = { maxAttempts, backoffMs, signal, onRetry };
    this.destination = { sqs, queueUrl, messageGroupId: accountId, ...limits };
  }

  async add(batch: FormedBatch): Promise<void> {
    const bytes = this.gathered.reduce((sum, other) => sum + other.bytes, batch.bytes);
    if (this.gathered.length === MAX_CALL_BATCHES || bytes > MAX_REQUEST_BYTES) await this.flush();
    this.throwIfFailed();
    this.gathered.push(batch);
  }

  async flush(): Promise<void> {
    const call = this.gathered;
    this.gathered = [];
    if (call.length === 0) return;

    while (this.inFlight + call.length > MAX_BATCHES_IN_FLIGHT) await Promise.race(this.underWay);
    this.throwIfFailed();
    this.start(call);
  }

  skipped(): void {
    this.progress = { ...this.progress, skipped: this.progress.skipped + 1 };
  }

  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  throwIfFailed(): void {
    this.options.signal?.throwIfAborted();
    if (this.failures.length > 0) throw oneOf(this.failures);
  }

  private start(call: readonly FormedBatch[]): void {
    this.inFlight += call.length;
    const delivery = deliverBatches(call, this.destination)
      .then(() => this.count(call))
      .catch((error: unknown) => {
        this.failures.push(error);
      })
      .finally(() => {
        this.inFlight -= call.length;
        this.underWay.delete(delivery);
      });
    this.underWay.add(delivery);
  }

  private count(call: readonly FormedBatch[]): void {
    const { batches, recipients, bytes } = this.progress;
    this.tell({
      batches: batches + call.length,
      recipients: call.reduce((sum, batch) => sum + batch.recipients, recipients),
      bytes: call.reduce((sum, batch) => sum + batch.bytes, bytes),
    });
  }

  private tell(change: Partial<EnqueueProgress>): void {
    this.progress = { ...this.progress, ...change };
    this.options.onProgress?.(this.progress);
  }
}

// Calls that are under way together may fail together: the error names every batch.
function oneOf(failures: readonly unknown[]): unknown {
  const other = failures.find((failure) => !(failure instanceof EnqueueError));
  if (other !== undefined) return other;

  const errors = failures.filter((failure) => failure instanceof EnqueueError);
  const refused = errors.flatMap((error) => error.refused);
  return new EnqueueError(refused.sort((a, b) => (a.batchId < b.batchId ? -1 : 1)));
}
