import type {
  SendingQueues,
  SendingQueueStatus,
} from '../../../lambdas/core/standing/sending-queue-status';

/** Domains' sending queues in memory: open, until a test says otherwise. */
export class InMemorySendingQueues implements SendingQueues {
  /** By domain; `undefined` for one that can't be read. */
  readonly statuses = new Map<string, SendingQueueStatus | undefined>();
  reads = 0;

  constructor(private readonly clock: () => number = Date.now) {}

  read(domain: string, deadlineMs: number): Promise<SendingQueueStatus | undefined> {
    this.reads += 1;
    if (this.clock() >= deadlineMs) return Promise.resolve(undefined);
    const status = this.statuses.has(domain) ? this.statuses.get(domain) : { disabled: false };
    return Promise.resolve(status);
  }
}
