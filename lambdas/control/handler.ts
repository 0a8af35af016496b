import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { BatchBooksTable } from '../adapters/dynamodb/batch-books-table';
import { BreakerTable } from '../adapters/dynamodb/breaker-table';
import { ControlsTable } from '../adapters/dynamodb/controls-table';
import { DomainHealthTable } from '../adapters/dynamodb/domain-health-table';
import { FiguresTable } from '../adapters/dynamodb/figures-table';
import { GovernorTable } from '../adapters/dynamodb/governor-table';
import { RecipientRecordsTable } from '../adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../adapters/dynamodb/suppression-table';
import { TallyTable } from '../adapters/dynamodb/tally-table';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createNotifier } from '../adapters/sns/create-notifier';
import { SqsDeadLetterSource } from '../adapters/sqs/dead-letter-source';
import { ReleaseQueue } from '../adapters/sqs/release-queue';
import { createControlHandler } from './create-control-handler';
import { environmentSchema } from './environment';

const environment = environmentSchema.parse(process.env);
const settings = {
  requestHandler: new NodeHttpHandler({ connectionTimeout: 2_000, requestTimeout: 5_000 }),
};
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const log = new Logger({ serviceName: 'control', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const urlOf = (queueName: string) => new URL(queueName, environment.RELEASE_QUEUE_URL).href;

const control = createControlHandler({
  books: new BatchBooksTable(documents, environment.BATCHES_TABLE_NAME),
  records: new RecipientRecordsTable(documents, environment.BATCHES_TABLE_NAME),
  tallies: new TallyTable(documents, environment.TALLIES_TABLE_NAME),
  controls: new ControlsTable(documents, environment.CONTROLS_TABLE_NAME),
  breaker: new BreakerTable(
    documents,
    environment.CONTROLS_TABLE_NAME,
    environment.BREAKER,
    randomUUID,
  ),
  governor: new GovernorTable(documents, environment.CONTROLS_TABLE_NAME, (domain) => {
    // Asked about configured domains only.
    return environment.DOMAINS[domain] ?? { recipientsPerSecond: 0 };
  }),
  healths: new DomainHealthTable(documents, environment.CONTROLS_TABLE_NAME),
  domains: new Set(Object.keys(environment.DOMAINS)),
  releases: new ReleaseQueue(sqs, environment.RELEASE_QUEUE_URL),
  notifier: createNotifier(environment, sqs, log),
  deadLetterSources: new Map(
    Object.entries(environment.REDRIVABLE_QUEUES).map(([name, { queue, deadLetters }]) => [
      name,
      new SqsDeadLetterSource(sqs, {
        deadLetterQueueUrl: urlOf(deadLetters),
        queueUrl: urlOf(queue),
      }),
    ]),
  ),
  figures: new FiguresTable(documents, environment.CONTROLS_TABLE_NAME),
  newToken: randomUUID,
  suppressions: new SuppressionTable(documents, environment.SUPPRESSIONS_TABLE_NAME),
  secrets: new SecretStore({
    client: new SecretsManagerClient(settings),
    secretId: environment.SECRET_ARN,
    clock,
    log,
  }),
  clock,
  log,
});

export const handler = middy<APIGatewayProxyEventV2>()
  .use(injectLambdaContext(log))
  .handler(control);
