import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/sync-suppressions/environment';
import type { Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What the syncer works with. */
export interface SuppressionSyncerProps {
  /** Receives who must not be mailed, and the allowlist. */
  readonly suppressionsTable: ITable;
  /** Remembers how syncs went, and what was removed. */
  readonly controlsTable: ITable;
  /** Mailgun's keys and the recipients' pepper. */
  readonly secret: ISecret;
  /** Hears of syncs that fail. */
  readonly notifications: NotificationPublisher;
  /** Which domains, and how often. */
  readonly settings: Pick<Settings, 'domains' | 'suppressions'>;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// A sync of long lists goes on in the next invocation.
const TIMEOUT = Duration.minutes(5);

// Some three hours of an outage of a store.
const MAX_RECEIVES = 20;

// The least SQS offers: syncs are in no hurry, and share Mailgun's limits with sending.
const MAX_CONCURRENCY = 2;

/**
 * Takes over Mailgun's own lists of whom a domain must not mail, and what was removed from them.
 *
 * Defines the queue of syncs, its dead-letter queue, the schedule (unless it is turned off) and the
 * function, which may write suppressions and note in the controls how it went. It deletes entries of
 * the allowlist only.
 */
export class SuppressionSyncer extends Construct {
  /** Takes the steps of a sync. */
  readonly queue: Queue;
  /** Steps that failed for good. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: SuppressionSyncerProps) {
    super(scope, id);

    const { queue, deadLetterQueue } = new WorkQueue(this, 'Syncs', {
      consumerTimeout: TIMEOUT,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const syncer = new ServiceFunction(this, 'Function', {
      folder: 'sync-suppressions',
      description: "Takes over Mailgun's lists of whom not to mail",
      timeout: TIMEOUT,
      environment: this.environmentFrom(props),
      logs: props.logs,
    });
    this.grant(syncer, props);
    syncer.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 1,
        maxConcurrency: MAX_CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
    const { syncHours } = props.settings.suppressions;
    if (syncHours > 0) {
      new Rule(this, 'Schedule', {
        description: "Reads Mailgun's suppression lists",
        schedule: Schedule.rate(Duration.minutes(Math.max(1, Math.round(syncHours * 60)))),
        targets: [new LambdaFunction(syncer)],
      });
    }
  }

  private environmentFrom(props: SuppressionSyncerProps): Environment {
    const domains = Object.entries(props.settings.domains).map(
      ([name, { region, apiBaseUrl }]) => [name, { region, apiBaseUrl }] as const,
    );
    return {
      SUPPRESSIONS_TABLE_NAME: props.suppressionsTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      SECRET_ARN: props.secret.secretArn,
      SYNC_QUEUE_URL: this.queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl,
      ...props.notifications.environment,
      DOMAINS: JSON.stringify(Object.fromEntries(domains)),
    };
  }

  private grant(syncer: ServiceFunction, props: SuppressionSyncerProps): void {
    props.suppressionsTable.grant(
      syncer,
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:PutItem',
      'dynamodb:DeleteItem',
    );
    props.controlsTable.grant(syncer, 'dynamodb:UpdateItem');
    this.queue.grant(syncer, 'sqs:SendMessage');
    this.deadLetterQueue.grant(syncer, 'sqs:SendMessage');
    props.notifications.grantNotify(syncer);
    syncer.grantSecretValue(props.secret);
  }
}
