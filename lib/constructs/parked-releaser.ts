import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/release-parked/environment';
import type { Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { grantOnParkedPayloads } from './parked-payloads';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What the releaser works with. */
export interface ParkedReleaserProps {
  /** Holds the payloads. */
  readonly parkedBucket: IBucket;
  /** Gets the payloads back. */
  readonly campaignQueue: IQueue;
  /** Learns which batches are parked no more. */
  readonly batchesTable: ITable;
  /** Says what must not send. */
  readonly controlsTable: ITable;
  /** Hears of payloads that have waited for too long. */
  readonly notifications: NotificationPublisher;
  /** How fast payloads come back, and how long they are kept. */
  readonly settings: Settings;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// A release of many payloads goes on in the next invocation.
const TIMEOUT = Duration.minutes(5);

// Some three hours of an outage, by when a sweep has asked for the same.
const MAX_RECEIVES = 20;

// The least SQS offers. Two requests at a time: what a person asked for does not wait for a sweep.
const MAX_CONCURRENCY = 2;

/**
 * Puts parked payloads back on the campaign queue when nothing forbids sending them any more: upon
 * request, and every hour, for requests that were lost and obstacles that went by themselves.
 *
 * Defines the release queue, its dead-letter queue, the schedule and the function, which may read and
 * delete parked payloads, read the controls, mark a batch and send to the queues.
 */
export class ParkedReleaser extends Construct {
  /** Takes requests to release. */
  readonly queue: Queue;
  /** Requests that failed for good, and those that met a payload nobody can read. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: ParkedReleaserProps) {
    super(scope, id);

    const { queue, deadLetterQueue } = new WorkQueue(this, 'Releases', {
      consumerTimeout: TIMEOUT,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const releaser = new ServiceFunction(this, 'Function', {
      folder: 'release-parked',
      description: 'Puts parked batches back on the campaign queue',
      timeout: TIMEOUT,
      environment: this.environmentFrom(props),
      logs: props.logs,
    });
    this.grant(releaser, props);
    releaser.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 1,
        maxConcurrency: MAX_CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
    new Rule(this, 'EveryHour', {
      description: 'Sweeps parked batches',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(releaser)],
    });
  }

  private environmentFrom(props: ParkedReleaserProps): Environment {
    const { release, retention } = props.settings;
    return {
      BATCHES_TABLE_NAME: props.batchesTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      PARKED_BUCKET_NAME: props.parkedBucket.bucketName,
      CAMPAIGN_QUEUE_URL: props.campaignQueue.queueUrl,
      RELEASE_QUEUE_URL: this.queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl,
      ...props.notifications.environment,
      RELEASE_BATCHES_PER_SECOND: String(release.batchesPerSecond),
      PARKED_DAYS: String(retention.parkedDays),
      RECORDS_TTL_DAYS: String(retention.recordsDays),
    };
  }

  private grant(releaser: ServiceFunction, props: ParkedReleaserProps): void {
    // On the whole bucket: with a condition on the prefix, S3 would call a payload that is gone forbidden.
    releaser.addToRolePolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [props.parkedBucket.bucketArn],
      }),
    );
    grantOnParkedPayloads(props.parkedBucket, releaser, 's3:GetObject', 's3:DeleteObject');
    props.batchesTable.grant(releaser, 'dynamodb:UpdateItem');
    props.controlsTable.grant(releaser, 'dynamodb:BatchGetItem');
    props.campaignQueue.grant(releaser, 'sqs:SendMessage');
    this.queue.grant(releaser, 'sqs:SendMessage');
    this.deadLetterQueue.grant(releaser, 'sqs:SendMessage');
    props.notifications.grantNotify(releaser);
  }
}
