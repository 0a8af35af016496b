import type { BatchLedger } from '../core/batch/batch-ledger';
import type { ParkedBatches } from '../core/batch/parked-batches';
import type { ReleaseContinuations } from '../core/batch/release-request';
import type { Clock } from '../core/clock';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { CampaignMessages } from '../core/queue/campaign-messages';
import type { Controls } from '../core/standing/standing';

/** What releasing parked batches works with. */
export interface Dependencies {
  readonly parkedBatches: ParkedBatches;
  readonly campaignMessages: CampaignMessages;
  readonly ledger: Pick<BatchLedger, 'unpark'>;
  readonly controls: Pick<Controls, 'standings'>;
  readonly continuations: ReleaseContinuations;
  readonly notifier: Notifier;
  /** Most batches put back a second. */
  readonly batchesPerSecond: number;
  /** Days a payload is kept. */
  readonly parkedDays: number;
  readonly clock: Clock;
  /** Resolves after so many milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}
