import { ControlsTable } from '../../lambdas/adapters/dynamodb/controls-table';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { createTestTable } from '../support/engines/test-table';
import { describeControls } from './controls.contract';

describeControls('in memory', () => Promise.resolve(new InMemoryControls()));

describeControls('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new ControlsTable(client, tableName);
});
