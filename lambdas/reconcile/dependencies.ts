import type { BatchLedger } from '../core/batch/batch-ledger';
import type { Clock } from '../core/clock';
import type { EventBatches } from '../core/delivery-event/event-batches';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { RecipientRecords } from '../core/recipient/recipient-records';
import type { ReconcileCheckpoints } from '../core/reconciliation/checkpoint';
import type { EventLog } from '../core/reconciliation/event-log';
import type { ReconcileNotices } from '../core/reconciliation/notices';
import type { PassSchedule } from '../core/reconciliation/pass-schedule';
import type { SecretSource } from '../core/secrets';
import type { Tallies } from '../core/tally/tally';

/** Everything that reconciling works with. */
export interface Dependencies {
  readonly ledger: Pick<BatchLedger, 'find'>;
  readonly recipients: Pick<RecipientRecords, 'read'>;
  readonly tallies: Pick<Tallies, 'readBatch'>;
  readonly checkpoints: ReconcileCheckpoints;
  readonly notices: ReconcileNotices;
  readonly eventLog: EventLog;
  readonly eventBatches: EventBatches;
  readonly secrets: SecretSource;
  readonly notifier: Notifier;
  readonly schedule: PassSchedule;
  /** Opens and clicks up to so long after the delivery are a program's; as the recorder has it. */
  readonly machineWithinSeconds: number;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly chance: () => number;
  readonly log: Log;
}
