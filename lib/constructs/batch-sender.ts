import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/send-batch/environment';
import type { Settings } from '../config/settings';
import { entranceOf } from './canary';
import type { NotificationPublisher } from './notification-publisher';
import { grantOnParkedPayloads } from './parked-payloads';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What the sender works with. */
export interface BatchSenderProps {
  /** Receives what was sent, before and after it was. */
  readonly batchesTable: ITable;
  /** Says who must not be mailed. */
  readonly suppressionsTable: ITable;
  /** Says what must not send, and learns what Mailgun said about that. */
  readonly controlsTable: ITable;
  /** Receives payloads that only a person can release. */
  readonly parkedBucket: IBucket;
  /**
   * Gets a request for every call, to compare it with Mailgun's events later.
   *
   * @default - calls are not compared
   */
  readonly reconcileQueue?: IQueue;
  /** Mailgun's API keys and the recipients' pepper. */
  readonly secret: ISecret;
  /** Hears of what needs a person. */
  readonly notifications: NotificationPublisher;
  /** Which domains may send, how, and what happens in doubt. */
  readonly settings: Settings;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// A call to Mailgun may take 60 s; the rest is for the writes around it.
const TIMEOUT = Duration.minutes(2);

// Waiting (a hold, a pause, an outage) is normal and each look at a waiting message is a receive.
// What is broken is found by its beginnings without an end, long before.
const MAX_RECEIVES = 1_000;

/**
 * Sends every batch on the campaign queue through Mailgun, each recipient at most once.
 *
 * Defines the campaign queue, its dead-letter queue and the consuming function, which may read and
 * write the batches it is given, read suppressions, read and set controls, and park payloads. It deletes no record.
 */
export class BatchSender extends Construct {
  /** Where producers put send requests. */
  readonly queue: Queue;
  /** Send requests that are malformed, in conflict or given up on, each with its reason. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: BatchSenderProps) {
    super(scope, id);

    const { queue, deadLetterQueue } = new WorkQueue(this, 'Campaigns', {
      consumerTimeout: TIMEOUT,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const environment: Environment = {
      BATCHES_TABLE_NAME: props.batchesTable.tableName,
      SUPPRESSIONS_TABLE_NAME: props.suppressionsTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      PARKED_BUCKET_NAME: props.parkedBucket.bucketName,
      SECRET_ARN: props.secret.secretArn,
      QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      RECONCILE_QUEUE_URL: props.reconcileQueue?.queueUrl ?? '',
      ...props.notifications.environment,
      ...environmentFrom(props.settings),
    };
    const sender = new ServiceFunction(this, 'Function', {
      folder: 'send-batch',
      description: 'Sends one batch of a campaign through Mailgun',
      timeout: TIMEOUT,
      memorySize: 1_024,
      environment,
      logs: props.logs,
    });

    props.batchesTable.grant(sender, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    props.suppressionsTable.grant(sender, 'dynamodb:BatchGetItem');
    props.controlsTable.grant(sender, 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    // It takes back what it parked when nothing forbids it any more.
    grantOnParkedPayloads(props.parkedBucket, sender, 's3:PutObject');
    sender.grantSecretValue(props.secret);
    deadLetterQueue.grant(sender, 'sqs:SendMessage');
    props.reconcileQueue?.grant(sender, 'sqs:SendMessage');
    props.notifications.grantNotify(sender);
    entranceOf(sender, 'BatchFaults', props.settings).addEventSource(
      // One batch an invocation: a batch is up to a thousand e-mails, and its delay is its own.
      new SqsEventSource(queue, {
        batchSize: 1,
        maxConcurrency: props.settings.concurrency.sender,
        reportBatchItemFailures: true,
      }),
    );
  }
}

function environmentFrom(settings: Settings) {
  return {
    DOMAINS: JSON.stringify(settings.domains),
    BREAKER: JSON.stringify(settings.breaker),
    ON_UNKNOWN_OUTCOME: settings.onUnknownOutcome,
    ON_UNREADABLE_EVENTS: settings.onUnreadableEvents,
    EVENTS_TRUSTED_AFTER_MINUTES: String(settings.eventsTrustedAfterMinutes),
    RECORDS_TTL_DAYS: String(settings.retention.recordsDays),
  };
}
