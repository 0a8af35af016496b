import { randomUUID } from 'node:crypto';
import { BreakerTable } from '../../lambdas/adapters/dynamodb/breaker-table';
import { InMemoryBreaker } from '../support/fakes/in-memory-breaker';
import { createTestTable } from '../support/engines/test-table';
import { contractSettings, describeBreaker } from './breaker.contract';

describeBreaker('in memory', () => Promise.resolve(new InMemoryBreaker(contractSettings)));

describeBreaker('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new BreakerTable(client, tableName, contractSettings, randomUUID);
});
