import { AccountLogTable } from '../../lambdas/adapters/dynamodb/account-log-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryAccountLog } from '../support/fakes/in-memory-account-log';
import { describeAccountLog } from './account-log.contract';

describeAccountLog('in memory', (clock) => Promise.resolve(new InMemoryAccountLog(clock)));

describeAccountLog('DynamoDB', async (clock) => {
  const { client, tableName } = await createTestTable();
  return new AccountLogTable(client, tableName, clock);
});
