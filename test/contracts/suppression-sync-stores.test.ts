import { AllowlistTable } from '../../lambdas/adapters/dynamodb/allowlist-table';
import { SyncJournalTable } from '../../lambdas/adapters/dynamodb/sync-journal-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryAllowlist } from '../support/fakes/in-memory-allowlist';
import { InMemorySyncJournal } from '../support/fakes/in-memory-sync-journal';
import { describeAllowlist, describeSyncJournal } from './suppression-sync-stores.contract';

describeAllowlist('in memory', () => Promise.resolve(new InMemoryAllowlist()));

describeAllowlist('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new AllowlistTable(client, tableName);
});

describeSyncJournal('in memory', () => Promise.resolve(new InMemorySyncJournal()));

describeSyncJournal('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new SyncJournalTable(client, tableName);
});
