import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CloudEndpoints } from '../cloud/cloud-endpoints';

/** Clients of the local services, as an operator or a producer would have them. */
export interface AwsClients {
  readonly sqs: SQSClient;
  readonly tables: DynamoDBDocumentClient;
  readonly secrets: SecretsManagerClient;
  close(): void;
}

/** Connects to nothing until something is asked. */
export function createAwsClients({ region, credentials, services }: CloudEndpoints): AwsClients {
  // A client writes where its credentials came from into them: it gets a copy of its own.
  const settings = () => ({ region, credentials: { ...credentials } });
  const sqs = new SQSClient({ ...settings(), endpoint: services.sqs });
  const dynamodb = new DynamoDBClient({ ...settings(), endpoint: services.dynamodb });
  const secrets = new SecretsManagerClient({ ...settings(), endpoint: services.secretsmanager });
  return {
    sqs,
    tables: DynamoDBDocumentClient.from(dynamodb),
    secrets,
    close: () => {
      for (const client of [sqs, dynamodb, secrets]) client.destroy();
    },
  };
}
