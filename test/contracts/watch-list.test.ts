import { WatchListTable } from '../../lambdas/adapters/dynamodb/watch-list-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryWatchList } from '../support/fakes/in-memory-watch-list';
import { describeWatchList } from './watch-list.contract';

describeWatchList('in memory', () => Promise.resolve(new InMemoryWatchList()));

describeWatchList('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new WatchListTable(client, tableName);
});
