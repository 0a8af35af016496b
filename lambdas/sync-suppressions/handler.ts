import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { Context, ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { AllowlistTable } from '../adapters/dynamodb/allowlist-table';
import { RemovalTrail } from '../adapters/dynamodb/removal-trail';
import { SuppressionRecordsTable } from '../adapters/dynamodb/suppression-records-table';
import { SyncJournalTable } from '../adapters/dynamodb/sync-journal-table';
import { MailgunLists } from '../adapters/mailgun/mailgun-lists';
import { Transport } from '../adapters/mailgun/transport';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createNotifier } from '../adapters/sns/create-notifier';
import { CampaignQueue } from '../adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { readSyncMessage } from '../adapters/sqs/sync-message';
import { SyncQueue } from '../adapters/sqs/sync-queue';
import { environmentSchema } from './environment';
import { createRequestHandler } from './handle-requests';
import { createSyncDomain } from './sync-domain';

const environment = environmentSchema.parse(process.env);
const {
  SUPPRESSIONS_TABLE_NAME: suppressions,
  CONTROLS_TABLE_NAME: controls,
  SYNC_QUEUE_URL: queueUrl,
  DOMAINS: domains,
} = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const log = new Logger({ serviceName: 'sync-suppressions', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const client = new SecretsManagerClient(settings);
const secrets = new SecretStore({ client, secretId: environment.SECRET_ARN, clock, log });
const requests = new SyncQueue(sqs, queueUrl);

const handleRequests = createRequestHandler({
  domains: Object.keys(domains),
  syncDomain: createSyncDomain({
    lists: new MailgunLists({ domains, secrets, transport: new Transport(), clock }),
    records: new SuppressionRecordsTable(
      documents,
      suppressions,
      new RemovalTrail(documents, controls),
    ),
    allowlist: new AllowlistTable(documents, suppressions),
    journal: new SyncJournalTable(documents, controls),
    requests,
    secrets,
    notifier: createNotifier(environment, sqs, log),
    clock,
    log,
  }),
  readRequest: readSyncMessage,
  requests,
  queue: new CampaignQueue(sqs, queueUrl),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, log),
  clock,
  log,
});

export const handler = middy<SQSEvent | ScheduledEvent, SQSBatchResponse>()
  .use(injectLambdaContext(log))
  .handler((event: SQSEvent | ScheduledEvent, context: Context) =>
    handleRequests(event, clock() + context.getRemainingTimeInMillis()),
  );
