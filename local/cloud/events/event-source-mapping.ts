import { setTimeout as sleep } from 'node:timers/promises';
import { BatchCollector } from './batch-collector';
import { messagesDone, type BatchOutcome } from './batch-outcome';
import type { QueueSource, ReceivedMessage } from './queue-source';

export interface EventSourceMappingOptions {
  /** The queue; its requests end when the signal is aborted. */
  readonly open: (signal: AbortSignal) => QueueSource;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Invocations at once, at most. */
  readonly concurrency: number;
  readonly reportsItemFailures: boolean;
  /** Runs the function with one batch. */
  readonly invoke: (messages: readonly ReceivedMessage[]) => Promise<unknown>;
  /** Told when the queue could not be read or written. */
  readonly onTrouble: (reason: string) => void;
}

const RETRY_AFTER_MS = 1000;

/**
 * Brings the messages of a queue to a function. One reader forms the batches, and reads only
 * while an invocation may start, so no message waits hidden behind a busy function. A message is
 * deleted only after its success; everything else is left to the visibility timeout.
 */
export class EventSourceMapping {
  readonly #options: EventSourceMappingOptions;
  readonly #stop = new AbortController();
  readonly #source: QueueSource;
  readonly #running = new Set<Promise<void>>();
  #reading: Promise<void> | undefined;

  constructor(options: EventSourceMappingOptions) {
    this.#options = options;
    this.#source = options.open(this.#stop.signal);
  }

  start(): void {
    this.#reading ??= this.#read();
  }

  /** Stops reading. What runs goes on. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends when nothing reads or runs any more, after `stop`. */
  async settled(): Promise<void> {
    await this.#reading;
    await Promise.all(this.#running);
  }

  #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #read(): Promise<void> {
    const { concurrency, onTrouble } = this.#options;
    const { signal } = this.#stop;
    const collector = new BatchCollector(this.#source, this.#options, signal);

    while (!this.#stopping()) {
      if (this.#running.size >= concurrency) {
        await Promise.race(this.#running);
        continue;
      }
      try {
        const batch = await collector.next();
        if (batch.length > 0) this.#dispatch(batch);
      } catch (error) {
        if (this.#stopping()) return;
        onTrouble(`can't receive: ${String(error)}`);
        await sleep(RETRY_AFTER_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  #dispatch(batch: readonly ReceivedMessage[]): void {
    const running = this.#process(batch).catch((error: unknown) => {
      if (!this.#stopping()) this.#options.onTrouble(`can't delete: ${String(error)}`);
    });
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  async #process(batch: readonly ReceivedMessage[]): Promise<void> {
    const { invoke, reportsItemFailures } = this.#options;
    const outcome = await invoke(batch).then(
      (result): BatchOutcome => ({ result }),
      (error: unknown): BatchOutcome => ({ error }),
    );
    const done = new Set(
      messagesDone(
        batch.map(({ MessageId }) => MessageId),
        outcome,
        reportsItemFailures,
      ),
    );
    if (done.size > 0)
      await this.#source.delete(batch.filter(({ MessageId }) => done.has(MessageId)));
  }
}
