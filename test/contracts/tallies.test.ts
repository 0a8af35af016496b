import { TallyTable } from '../../lambdas/adapters/dynamodb/tally-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryTallies } from '../support/fakes/in-memory-tallies';
import { describeTallies } from './tallies.contract';

describeTallies('in memory', () => Promise.resolve(new InMemoryTallies()));

describeTallies('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new TallyTable(client, tableName, { clock: Date.now, timeToLiveSeconds: 90 * 86_400 });
});
