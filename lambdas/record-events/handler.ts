import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { AcceptanceEvidenceTable } from '../adapters/dynamodb/acceptance-evidence-table';
import { AllowlistTable } from '../adapters/dynamodb/allowlist-table';
import { EventTable } from '../adapters/dynamodb/event-table';
import { MessageIndexTable } from '../adapters/dynamodb/message-index-table';
import { RecipientRecordsTable } from '../adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../adapters/dynamodb/suppression-table';
import { TallyTable } from '../adapters/dynamodb/tally-table';
import { WatchListTable } from '../adapters/dynamodb/watch-list-table';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createDeliveryEventFeed } from '../adapters/sns/create-delivery-event-feed';
import { createNotifier } from '../adapters/sns/create-notifier';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { GuardQueue } from '../adapters/sqs/guard-queue';
import { receivedMessage } from '../adapters/sqs/sqs-consumer';
import { environmentSchema } from './environment';
import { createRecordEvents } from './record-events';

const environment = environmentSchema.parse(process.env);
const logger = new Logger({ serviceName: 'record-events', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const settings = awsClientSettings();
const sqs = new SQSClient(settings);
const client = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const { BATCHES_TABLE_NAME: batches } = environment;
const recordsTtlSeconds = environment.RECORDS_TTL_DAYS * 86_400;

const recordEvents = createRecordEvents({
  secrets: new SecretStore({
    client: new SecretsManagerClient(settings),
    secretId: environment.SECRET_ARN,
    clock,
    log: logger,
  }),
  messages: new MessageIndexTable(client, batches),
  recipients: new RecipientRecordsTable(client, batches),
  acceptance: new AcceptanceEvidenceTable(client, batches, recordsTtlSeconds),
  events: new EventTable({
    client,
    tableName: environment.EVENTS_TABLE_NAME,
    clock,
    ttlDays: environment.EVENTS_TTL_DAYS,
  }),
  tallies: new TallyTable(client, environment.TALLIES_TABLE_NAME, {
    ...{ clock, timeToLiveSeconds: recordsTtlSeconds },
  }),
  suppressions: new SuppressionTable(client, environment.SUPPRESSIONS_TABLE_NAME),
  watchList: new WatchListTable(client, environment.CONTROLS_TABLE_NAME),
  guardRequests: new GuardQueue(sqs, environment.GUARD_QUEUE_URL),
  allowlist: new AllowlistTable(client, environment.SUPPRESSIONS_TABLE_NAME),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, logger),
  notifier: createNotifier(environment, sqs, logger),
  deliveryEvents: createDeliveryEventFeed(environment, sqs, logger),
  machineWithinSeconds: environment.MACHINE_WITHIN_SECONDS,
  clock,
  log: logger,
});

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .handler(async ({ Records }) => {
    const failed = await recordEvents(Records.map(receivedMessage));
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });
