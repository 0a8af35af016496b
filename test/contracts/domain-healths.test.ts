import { DomainHealthTable } from '../../lambdas/adapters/dynamodb/domain-health-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryDomainHealths } from '../support/fakes/in-memory-domain-healths';
import { describeDomainHealths } from './domain-healths.contract';

describeDomainHealths('in memory', () => Promise.resolve(new InMemoryDomainHealths()));

describeDomainHealths('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new DomainHealthTable(client, tableName);
});
