import type { BatchBooks } from '../core/batch/batch-books';
import type { ReleaseRequests } from '../core/batch/parked-batches';
import type { Breaker } from '../core/breaker/breaker';
import type { Clock } from '../core/clock';
import type { DomainHealths } from '../core/domain-health/ports';
import type { Governor } from '../core/governor/governor';
import type { AccountLog } from '../core/guard/account-log';
import type { GuardRecords } from '../core/guard/guard-record';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { Controls } from '../core/standing/standing';
import type { SyncJournal } from '../core/suppression/sync-journal';

/** What the routes that read and change standings need. */
export interface StandingDependencies {
  readonly controls: Pick<
    Controls,
    | 'campaign'
    | 'pauseCampaign'
    | 'resumeCampaign'
    | 'cancelCampaign'
    | 'decideDoubt'
    | 'account'
    | 'suspendAccount'
    | 'reinstateAccount'
    | 'domain'
    | 'blockDomain'
    | 'unblockDomain'
    | 'noteRedrive'
    | 'history'
  >;
  readonly books: Pick<BatchBooks, 'read'>;
  readonly breaker: Pick<Breaker, 'read'>;
  readonly governor: Pick<Governor, 'read'>;
  readonly healths: Pick<DomainHealths, 'read'>;
  readonly syncJournal: Pick<SyncJournal, 'read'>;
  /** Domains that are configured; others have no allowance. */
  readonly domains: ReadonlySet<string>;
  readonly accountLog: Pick<AccountLog, 'pauses'>;
  readonly guardRecords: Pick<GuardRecords, 'read'>;
  readonly releases: ReleaseRequests;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}
