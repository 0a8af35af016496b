import { ControlsTable } from '../../lambdas/adapters/dynamodb/controls-table';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { createTestTable } from '../support/engines/test-table';
import { describeControls } from './controls.contract';

describeControls('in memory', (clock) => Promise.resolve(new InMemoryControls(clock)));

describeControls('DynamoDB', async (clock) => {
  const { client, tableName } = await createTestTable();
  return new ControlsTable(client, tableName, clock);
});
