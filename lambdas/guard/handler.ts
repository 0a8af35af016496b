import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import middy from '@middy/core';
import type { Context, ScheduledEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsClientSettings } from '../adapters/aws/client-settings';
import { AccountLogTable } from '../adapters/dynamodb/account-log-table';
import { BatchBooksTable } from '../adapters/dynamodb/batch-books-table';
import { BreakerTable } from '../adapters/dynamodb/breaker-table';
import { ControlsTable } from '../adapters/dynamodb/controls-table';
import { GovernorTable } from '../adapters/dynamodb/governor-table';
import { GuardRecordsTable } from '../adapters/dynamodb/guard-records-table';
import { TallyTable } from '../adapters/dynamodb/tally-table';
import { WatchListTable } from '../adapters/dynamodb/watch-list-table';
import { MeteredFormatter } from '../adapters/powertools/metered-formatter';
import { createNotifier } from '../adapters/sns/create-notifier';
import { CampaignQueue } from '../adapters/sqs/campaign-queue';
import { DeadLetterQueue } from '../adapters/sqs/dead-letter-queue';
import { readGuardMessage } from '../adapters/sqs/guard-message';
import { GuardQueue } from '../adapters/sqs/guard-queue';
import { environmentSchema } from './environment';
import { createRequestHandler } from './handle-requests';
import { createLookAtDomains } from './look-at-domains';

const environment = environmentSchema.parse(process.env);
const { CONTROLS_TABLE_NAME: controls, GUARD_QUEUE_URL: queueUrl } = environment;
const { DOMAINS: domains } = environment;
const settings = awsClientSettings();
const documents = DynamoDBDocumentClient.from(new DynamoDBClient(settings));
const sqs = new SQSClient(settings);
const log = new Logger({ serviceName: 'guard', logFormatter: new MeteredFormatter() });
const clock = Date.now;

const standings = new ControlsTable(documents, controls);
const lookAtDomains = createLookAtDomains({
  controls: standings,
  breaker: new BreakerTable(documents, controls, environment.BREAKER, randomUUID),
  governor: new GovernorTable(documents, controls, (domain) => {
    // Asked about configured domains only.
    return domains[domain] ?? { recipientsPerSecond: 0 };
  }),
  domains: Object.entries(domains).map(([name, { recipientsPerDay, warmUp }]) => ({
    name,
    hasBudget: recipientsPerDay !== undefined || warmUp !== undefined,
  })),
  clock,
  log,
});
const handleRequests = createRequestHandler({
  records: new GuardRecordsTable(documents, controls, {
    timeToLiveSeconds: environment.RECORDS_TTL_DAYS * 86_400,
    clock,
  }),
  accounts: new AccountLogTable(documents, controls),
  watchList: new WatchListTable(documents, controls),
  requests: new GuardQueue(sqs, queueUrl),
  books: new BatchBooksTable(documents, environment.BATCHES_TABLE_NAME),
  tallies: new TallyTable(documents, environment.TALLIES_TABLE_NAME),
  controls: standings,
  lookAtDomains,
  notifier: createNotifier(environment, sqs, log),
  queue: new CampaignQueue(sqs, queueUrl),
  deadLetters: new DeadLetterQueue(sqs, environment.DEAD_LETTER_QUEUE_URL, log),
  readRequest: readGuardMessage,
  settings: environment.GUARD,
  newToken: randomUUID,
  clock,
  log,
});

export const handler = middy<SQSEvent | ScheduledEvent, SQSBatchResponse>()
  .use(injectLambdaContext(log))
  .handler((event: SQSEvent | ScheduledEvent, context: Context) =>
    handleRequests(event, clock() + context.getRemainingTimeInMillis()),
  );
