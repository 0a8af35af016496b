import { GuardRecordsTable } from '../../lambdas/adapters/dynamodb/guard-records-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryGuardRecords } from '../support/fakes/in-memory-guard-records';
import { describeGuardRecords } from './guard-records.contract';

describeGuardRecords('in memory', () => Promise.resolve(new InMemoryGuardRecords()));

describeGuardRecords('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new GuardRecordsTable(client, tableName, { timeToLiveSeconds: 60, clock: Date.now });
});
