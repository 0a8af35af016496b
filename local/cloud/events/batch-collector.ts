import { setTimeout as sleep } from 'node:timers/promises';
import { LARGEST_RECEIVE, type QueueSource, type ReceivedMessage } from './queue-source';
import { bytesInEvent, LARGEST_EVENT_BYTES } from './sqs-event';

const LONGEST_POLL_SECONDS = 20;
const SHORTEST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1000;

/**
 * Gathers messages of one queue into batches, by count, bytes and time, with few requests: after
 * a receive that was not full it lets messages gather on the queue before it asks again.
 */
export class BatchCollector {
  /** Received but too big for the batch that was being filled. */
  readonly #left: ReceivedMessage[] = [];

  constructor(
    private readonly source: Pick<QueueSource, 'receive'>,
    private readonly limits: { batchSize: number; windowSeconds: number },
    private readonly signal: AbortSignal,
  ) {}

  /** @returns the next batch, or nothing after a long poll of an empty queue. */
  async next(): Promise<ReceivedMessage[]> {
    const batch: ReceivedMessage[] = [];
    let bytes = 0;
    let windowEndsAt: number | undefined;
    let pauseMs = SHORTEST_PAUSE_MS;

    for (;;) {
      for (let message = this.#left[0]; message !== undefined; message = this.#left[0]) {
        const size = bytesInEvent(message);
        if (batch.length > 0 && bytes + size > LARGEST_EVENT_BYTES) return batch;
        batch.push(message);
        bytes += size;
        this.#left.shift();
      }
      if (batch.length > 0) windowEndsAt ??= Date.now() + this.limits.windowSeconds * 1000;
      const remainingMs = (windowEndsAt ?? Infinity) - Date.now();
      if (batch.length >= this.limits.batchSize || remainingMs <= 0) return batch;

      const wanted = Math.min(LARGEST_RECEIVE, this.limits.batchSize - batch.length);
      const waitSeconds = Math.min(LONGEST_POLL_SECONDS, Math.floor(remainingMs / 1000));
      const received = await this.source.receive(wanted, waitSeconds);
      this.#left.push(...received);
      if (batch.length === 0 && received.length === 0) return batch;

      if (received.length === wanted) {
        pauseMs = SHORTEST_PAUSE_MS;
      } else if (this.limits.windowSeconds > 0) {
        await sleep(Math.min(pauseMs, remainingMs), undefined, { signal: this.signal });
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }
}
