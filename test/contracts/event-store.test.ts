import { EventTable } from '../../lambdas/adapters/dynamodb/event-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryEventStore } from '../support/fakes/in-memory-event-store';
import { describeEventStore } from './event-store.contract';

describeEventStore('in memory', () => Promise.resolve(new InMemoryEventStore()));

describeEventStore('DynamoDB', async () => {
  const table = await createTestTable();
  return new EventTable({ ...table, clock: () => 1770146432000, ttlDays: 30 });
});
