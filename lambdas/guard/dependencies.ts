import type { BatchBooks } from '../core/batch/batch-books';
import type { Clock } from '../core/clock';
import type { AccountLog } from '../core/guard/account-log';
import type { GuardRecords } from '../core/guard/guard-record';
import type { GuardRequests } from '../core/guard/guard-requests';
import type { GuardSettings } from '../core/guard/limits';
import type { WatchList } from '../core/guard/watch-list';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { Controls } from '../core/standing/standing';
import type { Tallies } from '../core/tally/tally';

/** What guarding works with. */
export interface Dependencies {
  readonly records: GuardRecords;
  readonly accounts: AccountLog;
  readonly watchList: Pick<WatchList, 'list'>;
  readonly requests: GuardRequests;
  readonly books: Pick<BatchBooks, 'read'>;
  readonly tallies: Pick<Tallies, 'readBatch'>;
  readonly controls: Pick<
    Controls,
    'campaign' | 'account' | 'pauseCampaign' | 'suspendAccount' | 'history'
  >;
  readonly notifier: Notifier;
  readonly settings: GuardSettings;
  /** @returns a text nobody else has. */
  readonly newToken: () => string;
  readonly clock: Clock;
  readonly log: Log;
}
