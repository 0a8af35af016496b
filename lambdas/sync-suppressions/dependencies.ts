import type { Clock } from '../core/clock';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { SecretSource } from '../core/secrets';
import type { Allowlist } from '../core/suppression/allowlist';
import type { ProviderLists } from '../core/suppression/provider-lists';
import type { SuppressionRecords } from '../core/suppression/suppression-records';
import type { SyncJournal } from '../core/suppression/sync-journal';
import type { SyncRequests } from '../core/suppression/sync-request';

/** What syncing suppressions works with. */
export interface Dependencies {
  readonly lists: Pick<ProviderLists, 'read' | 'readAllowlist'>;
  readonly records: Pick<SuppressionRecords, 'change' | 'page'>;
  readonly allowlist: Pick<Allowlist, 'all' | 'note' | 'forgetBefore'>;
  readonly journal: Pick<SyncJournal, 'noteComplete' | 'noteFailed'>;
  readonly requests: SyncRequests;
  readonly secrets: Pick<SecretSource, 'current'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}
