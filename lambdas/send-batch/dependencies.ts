import type { ParkedBatches } from '../core/batch/parked-batches';
import type { Breaker } from '../core/breaker/breaker';
import type { Governor } from '../core/governor/governor';
import type { SendingQueues } from '../core/standing/sending-queue-status';
import type { AcceptanceSearch } from '../core/submission/acceptance-search';
import type { BatchLedger } from '../core/batch/batch-ledger';
import type { Clock } from '../core/clock';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { RecipientRecords } from '../core/recipient/recipient-records';
import type { ReconcileRequests } from '../core/reconciliation/reconcile-request';
import type { SecretSource } from '../core/secrets';
import type { Controls } from '../core/standing/standing';
import type { MessageIndex } from '../core/submission/message-index';
import type { MessageGateway } from '../core/submission/send-outcome';
import type { SuppressionList } from '../core/suppression/suppression';
import type { SendingDomain } from './environment';

/** What sending a batch works with. */
export interface Dependencies {
  readonly ledger: BatchLedger;
  readonly recipientRecords: RecipientRecords;
  readonly messageIndex: MessageIndex;
  /** Has every call compared with Mailgun's own events later. */
  readonly reconcileRequests: ReconcileRequests;
  readonly suppressions: SuppressionList;
  readonly controls: Controls;
  readonly breaker: Breaker;
  readonly governor: Governor;
  readonly acceptanceSearch: AcceptanceSearch;
  readonly sendingQueues: SendingQueues;
  readonly parkedBatches: Pick<ParkedBatches, 'put'>;
  readonly gateway: MessageGateway;
  readonly secrets: SecretSource;
  readonly notifier: Notifier;
  readonly deadLetters: DeadLetters;
  readonly domains: Readonly<Record<string, SendingDomain>>;
  readonly onUnknownOutcome: 'verify' | 'retry';
  /** Where Mailgun's events can't be read: wait for a person's word, or send again. */
  readonly onUnreadableEvents: 'hold' | 'resend';
  /** From when on an absence among Mailgun's events counts, after the call; milliseconds. */
  readonly eventsTrustedAfterMs: number;
  /** How long a batch's records are kept; milliseconds. */
  readonly recordsKeptMs: number;
  /** How long Mailgun keeps a domain's events; milliseconds. */
  readonly eventsKeptMs: (domain: string) => number;
  /** An open breaker pauses the campaigns it stops after this long; `undefined`: never. */
  readonly pauseAfterOpenMs: number | undefined;
  readonly clock: Clock;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** A number in [0, 1). */
  readonly chance: () => number;
  /** A new random token. */
  readonly newToken: () => string;
  readonly log: Log;
}
