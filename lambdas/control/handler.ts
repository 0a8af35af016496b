import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { AccountLogTable } from '../adapters/dynamodb/account-log-table';
import { BatchBooksTable } from '../adapters/dynamodb/batch-books-table';
import { BreakerTable } from '../adapters/dynamodb/breaker-table';
import { ControlsTable } from '../adapters/dynamodb/controls-table';
import { createSuppressionStores } from '../adapters/dynamodb/create-suppression-stores';
import { DomainHealthTable } from '../adapters/dynamodb/domain-health-table';
import { FiguresTable } from '../adapters/dynamodb/figures-table';
import { GovernorTable } from '../adapters/dynamodb/governor-table';
import { GuardRecordsTable } from '../adapters/dynamodb/guard-records-table';
import { RecipientRecordsTable } from '../adapters/dynamodb/recipient-records-table';
import { TallyTable } from '../adapters/dynamodb/tally-table';
import { MailgunLists } from '../adapters/mailgun/mailgun-lists';
import { Transport } from '../adapters/mailgun/transport';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createNotifier } from '../adapters/sns/create-notifier';
import { SqsDeadLetterSource } from '../adapters/sqs/dead-letter-source';
import { ReleaseQueue } from '../adapters/sqs/release-queue';
import { createControlHandler } from './create-control-handler';
import { environmentSchema } from './environment';

const environment = environmentSchema.parse(process.env);
const { CONTROLS_TABLE_NAME: controls, DOMAINS: domains } = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const log = new Logger({ serviceName: 'control', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const client = new SecretsManagerClient(settings);
const secrets = new SecretStore({ client, secretId: environment.SECRET_ARN, clock, log });
const urlOf = (queueName: string) => new URL(queueName, environment.RELEASE_QUEUE_URL).href;

const control = createControlHandler({
  books: new BatchBooksTable(documents, environment.BATCHES_TABLE_NAME),
  records: new RecipientRecordsTable(documents, environment.BATCHES_TABLE_NAME),
  tallies: new TallyTable(documents, environment.TALLIES_TABLE_NAME),
  controls: new ControlsTable(documents, controls),
  breaker: new BreakerTable(documents, controls, environment.BREAKER, randomUUID),
  governor: new GovernorTable(documents, controls, (domain) => {
    // Asked about configured domains only.
    return domains[domain] ?? { recipientsPerSecond: 0 };
  }),
  healths: new DomainHealthTable(documents, controls),
  accountLog: new AccountLogTable(documents, controls),
  guardRecords: new GuardRecordsTable(documents, controls),
  domains: new Set(Object.keys(domains)),
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
  figures: new FiguresTable(documents, controls),
  newToken: randomUUID,
  ...createSuppressionStores(documents, environment),
  providerLists: new MailgunLists({ domains, secrets, clock, transport: new Transport() }),
  secrets,
  clock,
  log,
});

export const handler = middy<APIGatewayProxyEventV2>()
  .use(injectLambdaContext(log))
  .handler((event) => {
    // The id in the access log and in the header `apigw-requestid`, which the caller has.
    log.setCorrelationId(event.requestContext.requestId);
    return control(event);
  });
