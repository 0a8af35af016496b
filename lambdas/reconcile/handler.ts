import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { BatchLedgerTable } from '../adapters/dynamodb/batch-ledger-table';
import { RecipientRecordsTable } from '../adapters/dynamodb/recipient-records-table';
import { ReconcileCheckpointTable } from '../adapters/dynamodb/reconcile-checkpoint-table';
import { ReconcileNoticeTable } from '../adapters/dynamodb/reconcile-notice-table';
import { TallyTable } from '../adapters/dynamodb/tally-table';
import { EventsApiLog } from '../adapters/mailgun/events-api-log';
import { LogsApiLog } from '../adapters/mailgun/logs-api-log';
import { Transport } from '../adapters/mailgun/transport';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { SecretStore } from '../adapters/secrets/secret-store';
import { createNotifier } from '../adapters/sns/create-notifier';
import { CampaignQueue } from '../adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { EventBatchQueue } from '../adapters/sqs/event-batch-queue';
import { readReconcileMessage } from '../adapters/sqs/reconcile-message';
import { environmentSchema } from './environment';
import { createMessageHandler } from './handle-messages';
import { createReconcile } from './reconcile';

/** Three hundred events, each with the 4 kB of variables Mailgun allows, and room. */
const MAX_PAGE_BYTES = 8 * 1_048_576;

const environment = environmentSchema.parse(process.env);
const { BATCHES_TABLE_NAME: batches, CONTROLS_TABLE_NAME: controls } = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const secretsManager = new SecretsManagerClient(settings);
const log = new Logger({ serviceName: 'reconcile', logFormatter: new MeteredFormatter() });
const clock = Date.now;
const chance = Math.random;
const timeToLiveSeconds = environment.RECORDS_TTL_DAYS * 86_400;
const secretId = environment.SECRET_ARN;
const secrets = new SecretStore({ client: secretsManager, secretId, clock, log });
const transport = new Transport({ maxResponseBytes: MAX_PAGE_BYTES });
const mailgun = { domains: environment.DOMAINS, secrets, transport, clock };

const reconcile = createReconcile({
  ledger: new BatchLedgerTable(documents, batches, timeToLiveSeconds),
  recipients: new RecipientRecordsTable(documents, batches),
  tallies: new TallyTable(documents, environment.TALLIES_TABLE_NAME),
  checkpoints: new ReconcileCheckpointTable(documents, controls, { timeToLiveSeconds, clock }),
  notices: new ReconcileNoticeTable(documents, controls),
  eventLog: environment.SOURCE === 'logs' ? new LogsApiLog(mailgun) : new EventsApiLog(mailgun),
  eventBatches: new EventBatchQueue(sqs, environment.EVENT_QUEUE_URL),
  secrets,
  notifier: createNotifier(environment, sqs, log),
  schedule: { afterMs: environment.AFTER_MINUTES.map((minutes) => minutes * 60_000) },
  machineWithinSeconds: environment.MACHINE_WITHIN_SECONDS,
  clock,
  chance,
  log,
});

const handleMessages = createMessageHandler({
  reconcile,
  readRequest: readReconcileMessage,
  queue: new CampaignQueue(sqs, environment.RECONCILE_QUEUE_URL),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, log),
  clock,
  chance,
  log,
});

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(log))
  .handler((event: SQSEvent, context: Context) =>
    handleMessages(event, clock() + context.getRemainingTimeInMillis()),
  );
