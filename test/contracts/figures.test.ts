import { FiguresTable } from '../../lambdas/adapters/dynamodb/figures-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryFigures } from '../support/fakes/in-memory-figures';
import { describeFigures } from './figures.contract';

describeFigures('in memory', () => Promise.resolve(new InMemoryFigures()));

describeFigures('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new FiguresTable(client, tableName);
});
