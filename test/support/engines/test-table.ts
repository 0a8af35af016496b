import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoDbEndpoint, testClientSettings } from './endpoints';

/** A table of its own for one test file, on the engine of this run. */
export interface TestTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Makes an empty table with the string keys `pk` and `sk`. */
export async function createTestTable(): Promise<TestTable> {
  const client = new DynamoDBClient({ ...testClientSettings, endpoint: dynamoDbEndpoint() });
  const tableName = `test-${randomUUID()}`;

  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.5 },
    { TableName: tableName },
  );

  return { client: DynamoDBDocumentClient.from(client), tableName };
}
