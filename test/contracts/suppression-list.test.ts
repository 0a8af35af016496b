import { SuppressionTable } from '../../lambdas/adapters/dynamodb/suppression-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemorySuppressionList } from '../support/fakes/in-memory-suppression-list';
import { describeSuppressionList } from './suppression-list.contract';

describeSuppressionList('in memory', () => Promise.resolve(new InMemorySuppressionList()));

describeSuppressionList('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new SuppressionTable(client, tableName);
});
