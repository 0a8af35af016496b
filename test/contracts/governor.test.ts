import { GovernorTable } from '../../lambdas/adapters/dynamodb/governor-table';
import { InMemoryGovernor } from '../support/fakes/in-memory-governor';
import { createTestTable } from '../support/engines/test-table';
import { describeGovernor } from './governor.contract';

describeGovernor('in memory', (settings) => Promise.resolve(new InMemoryGovernor(settings)));

describeGovernor('DynamoDB', async (settings) => {
  const { client, tableName } = await createTestTable();
  return new GovernorTable(client, tableName, settings);
});
