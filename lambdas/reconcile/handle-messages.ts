import { createSqsConsumer } from '../adapters/sqs/sqs-consumer';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import type { Consuming } from '../core/queue/consumer';
import type { ReconcileRequest } from '../core/reconciliation/reconcile-request';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import type { Reconcile } from './reconcile';

/** After a fault of a store or a service. */
const FAULT_BACKOFF: Backoff = { baseMs: 10_000, capMs: 30 * 60_000 };

/** What handling messages of the reconcile queue works with. */
export interface MessageHandling extends Pick<Consuming, 'queue' | 'clock' | 'log'> {
  readonly reconcile: Reconcile;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readRequest: (body: string) => ReconcileRequest;
  readonly deadLetters: DeadLetters;
  /** A number in [0, 1). */
  readonly chance: () => number;
}

/** Makes the consumer of the reconcile queue. */
export function createMessageHandler(handling: MessageHandling) {
  const { reconcile, readRequest, chance, ...consuming } = handling;
  return createSqsConsumer({
    ...consuming,
    name: 'reconciliation',
    work: ({ body }, deadlineMs) => reconcile(readRequest(body), deadlineMs),
    faultDelayMs: (receives) => fullJitterMs(FAULT_BACKOFF, receives, chance()),
  });
}
