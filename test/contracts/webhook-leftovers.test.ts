import { WebhookLeftoversTable } from '../../lambdas/adapters/dynamodb/webhook-leftovers-table';
import { createTestTable } from '../support/engines/test-table';
import { InMemoryWebhookLeftovers } from '../support/fakes/in-memory-webhook-leftovers';
import { describeWebhookLeftovers } from './webhook-leftovers.contract';

describeWebhookLeftovers('in memory', () => Promise.resolve(new InMemoryWebhookLeftovers()));

describeWebhookLeftovers('DynamoDB', async () => {
  const { client, tableName } = await createTestTable();
  return new WebhookLeftoversTable(client, tableName);
});
