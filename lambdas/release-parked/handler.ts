import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { Context, ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { BatchLedgerTable } from '../adapters/dynamodb/batch-ledger-table';
import { ControlsTable } from '../adapters/dynamodb/controls-table';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { ParkedBucket } from '../adapters/s3/parked-bucket';
import { createNotifier } from '../adapters/sns/create-notifier';
import { CampaignMessageQueue } from '../adapters/sqs/campaign-message-queue';
import { CampaignQueue } from '../adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { readReleaseMessage } from '../adapters/sqs/release-message';
import { ReleaseQueue } from '../adapters/sqs/release-queue';
import { environmentSchema } from './environment';
import { createRequestHandler } from './handle-requests';
import { createReleaseParked } from './release-parked';

const environment = environmentSchema.parse(process.env);
const { BATCHES_TABLE_NAME: batches, RELEASE_QUEUE_URL: releaseQueueUrl } = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
// The bucket in the path: the same everywhere, emulators included.
const s3 = new S3Client({ forcePathStyle: true, ...settings });
const log = new Logger({ serviceName: 'release-parked', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const continuations = new ReleaseQueue(sqs, releaseQueueUrl);

const releaseParked = createReleaseParked({
  parkedBatches: new ParkedBucket(s3, environment.PARKED_BUCKET_NAME),
  campaignMessages: new CampaignMessageQueue(sqs, environment.CAMPAIGN_QUEUE_URL),
  ledger: new BatchLedgerTable(documents, batches, environment.RECORDS_TTL_DAYS * 86_400),
  controls: new ControlsTable(documents, environment.CONTROLS_TABLE_NAME),
  continuations,
  notifier: createNotifier(environment, sqs, log),
  batchesPerSecond: environment.RELEASE_BATCHES_PER_SECOND,
  parkedDays: environment.PARKED_DAYS,
  clock,
  sleep,
  log,
});

const handleRequests = createRequestHandler({
  releaseParked,
  readRequest: readReleaseMessage,
  continuations,
  queue: new CampaignQueue(sqs, releaseQueueUrl),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, log),
  clock,
  log,
});

export const handler = middy<SQSEvent | ScheduledEvent, SQSBatchResponse>()
  .use(injectLambdaContext(log))
  .handler((event: SQSEvent | ScheduledEvent, context: Context) =>
    handleRequests(event, clock() + context.getRemainingTimeInMillis()),
  );
