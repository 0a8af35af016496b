import { createSqsConsumer } from '../adapters/sqs/sqs-consumer';
import { DONE, isLate, type Consuming } from '../core/queue/consumer';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import type { SendBatch } from './send-batch';

/** After a fault of a store or a service. */
const FAULT_BACKOFF: Backoff = { baseMs: 10_000, capMs: 30 * 60_000 };

/** What handling messages of the campaign queue works with. */
export interface MessageHandling extends Pick<Consuming, 'queue' | 'clock' | 'log'> {
  readonly sendBatch: SendBatch;
  /** A number in [0, 1). */
  readonly chance: () => number;
}

/**
 * Makes the consumer of the campaign queue, which says why a message waits. Without dead letters of
 * its own: {@link SendBatch} has them, and tells people.
 */
export function createMessageHandler({ sendBatch, chance, ...consuming }: MessageHandling) {
  return createSqsConsumer({
    ...consuming,
    name: 'batch',
    work: async (message, deadlineMs) => {
      const disposition = await sendBatch(message, deadlineMs);
      if (disposition.disposition === 'done') return DONE;
      const { reason } = disposition;
      const { messageId } = message;
      // Any other reason is a limit, a person's word or a doubt, and passes or is told of by itself.
      const failing = reason === 'notSent' && isLate(message, consuming.clock());
      consuming.log.info('batch waits', { code: 'batch-waits', messageId, reason, failing });
      return disposition;
    },
    faultDelayMs: (receives) => fullJitterMs(FAULT_BACKOFF, receives, chance()),
  });
}
