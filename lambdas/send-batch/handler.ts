import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { BatchLedgerTable } from '../adapters/dynamodb/batch-ledger-table';
import { BreakerTable } from '../adapters/dynamodb/breaker-table';
import { ControlsTable } from '../adapters/dynamodb/controls-table';
import { GovernorTable } from '../adapters/dynamodb/governor-table';
import { MessageIndexTable } from '../adapters/dynamodb/message-index-table';
import { RecipientRecordsTable } from '../adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../adapters/dynamodb/suppression-table';
import { EventsSearch } from '../adapters/mailgun/events-search';
import { MailgunGateway } from '../adapters/mailgun/mailgun-gateway';
import { SendingQueueReader } from '../adapters/mailgun/sending-queue-status';
import { Transport } from '../adapters/mailgun/transport';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { ParkedBucket } from '../adapters/s3/parked-bucket';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createNotifier } from '../adapters/sns/create-notifier';
import { CampaignQueue } from '../adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { reconcileRequestsTo } from '../adapters/sqs/reconcile-queue';
import { environmentSchema } from './environment';
import { createMessageHandler } from './handle-messages';
import { policyOf, settingsOf } from './policy';
import { createSendBatch } from './send-batch';

const environment = environmentSchema.parse(process.env);
const { BATCHES_TABLE_NAME: batches, CONTROLS_TABLE_NAME: controls } = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const s3 = new S3Client({ forcePathStyle: true, ...settings });
const log = new Logger({ serviceName: 'send-batch', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const chance = Math.random;
const timeToLiveSeconds = environment.RECORDS_TTL_DAYS * 86_400;
const expiry = { timeToLiveSeconds, clock };
const secretsManager = new SecretsManagerClient(settings);
const secretId = environment.SECRET_ARN;
const secrets = new SecretStore({ client: secretsManager, secretId, clock, log });

const mailgun = { domains: environment.DOMAINS, secrets, transport: new Transport(), clock };

const sendBatch = createSendBatch({
  ledger: new BatchLedgerTable(documents, batches, timeToLiveSeconds),
  recipientRecords: new RecipientRecordsTable(documents, batches, expiry),
  messageIndex: new MessageIndexTable(documents, batches, expiry),
  reconcileRequests: reconcileRequestsTo(sqs, environment.RECONCILE_QUEUE_URL),
  suppressions: new SuppressionTable(documents, environment.SUPPRESSIONS_TABLE_NAME),
  controls: new ControlsTable(documents, controls),
  breaker: new BreakerTable(documents, controls, environment.BREAKER.settings, randomUUID),
  governor: new GovernorTable(documents, controls, (domain) => settingsOf(environment, domain)),
  gateway: new MailgunGateway(mailgun),
  acceptanceSearch: new EventsSearch(mailgun),
  sendingQueues: new SendingQueueReader(mailgun),
  parkedBatches: new ParkedBucket(s3, environment.PARKED_BUCKET_NAME),
  secrets,
  notifier: createNotifier(environment, sqs, log),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, log),
  ...policyOf(environment),
  sleep: (ms) => sleep(ms),
  clock,
  chance,
  newToken: randomUUID,
  log,
});

const queue = new CampaignQueue(sqs, environment.QUEUE_URL);
const handleMessages = createMessageHandler({ sendBatch, queue, clock, chance, log });

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(log))
  .handler((event: SQSEvent, context: Context) =>
    handleMessages(event, clock() + context.getRemainingTimeInMillis()),
  );
