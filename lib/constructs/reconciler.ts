import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/reconcile/environment';
import type { Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What the reconciler works with. */
export interface ReconcilerProps {
  /** Says which calls Mailgun took, and for whom. */
  readonly batchesTable: ITable;
  /** Says what is counted already. */
  readonly talliesTable: ITable;
  /** Keeps how far each submission is reconciled. */
  readonly controlsTable: ITable;
  /** Gets the events that no webhook brought. */
  readonly eventQueue: IQueue;
  /** Mailgun's API keys and the recipients' pepper. */
  readonly secret: ISecret;
  /** Hears of what was repaired, and of what can't be read. */
  readonly notifications: NotificationPublisher;
  /** When, from where and how much at a time. */
  readonly settings: Settings;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// A pass that takes longer goes on in the next invocation.
const TIMEOUT = Duration.minutes(2);

// Waiting for the next pass is most of what a request does, and each look at one is a receive.
const MAX_RECEIVES = 1_000;

/**
 * Compares every call to Mailgun with Mailgun's own events, some hours after it, and has what no webhook
 * brought recorded.
 *
 * Defines the reconcile queue, its dead-letter queue and the consuming function, which may read batches
 * and tallies, keep its checkpoints among the controls, and send to the event queue.
 */
export class Reconciler extends Construct {
  /** Takes one request a call to Mailgun. */
  readonly queue: Queue;
  /** Requests that nobody can read, and those that could not be done for ten days. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: ReconcilerProps) {
    super(scope, id);

    const { queue, deadLetterQueue } = new WorkQueue(this, 'Reconciliations', {
      consumerTimeout: TIMEOUT,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const reconciler = new ServiceFunction(this, 'Function', {
      folder: 'reconcile',
      description: "Adds what Mailgun's webhooks lost",
      timeout: TIMEOUT,
      environment: this.environmentFrom(props),
      logs: props.logs,
    });
    this.grant(reconciler, props);
    reconciler.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 1,
        maxConcurrency: props.settings.concurrency.reconciler,
        reportBatchItemFailures: true,
      }),
    );
  }

  private environmentFrom(props: ReconcilerProps): Environment {
    const { reconciliation, domains, retention, events } = props.settings;
    return {
      BATCHES_TABLE_NAME: props.batchesTable.tableName,
      TALLIES_TABLE_NAME: props.talliesTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      SECRET_ARN: props.secret.secretArn,
      RECONCILE_QUEUE_URL: this.queue.queueUrl,
      EVENT_QUEUE_URL: props.eventQueue.queueUrl,
      DEAD_LETTER_QUEUE_URL: this.deadLetterQueue.queueUrl,
      ...props.notifications.environment,
      DOMAINS: JSON.stringify(reachable(domains)),
      MACHINE_WITHIN_SECONDS: String(events.machineWithinSeconds),
      SOURCE: reconciliation.source,
      AFTER_MINUTES: JSON.stringify(reconciliation.afterMinutes),
      RECORDS_TTL_DAYS: String(retention.recordsDays),
    };
  }

  private grant(reconciler: ServiceFunction, props: ReconcilerProps): void {
    props.batchesTable.grant(reconciler, 'dynamodb:GetItem');
    props.talliesTable.grant(reconciler, 'dynamodb:Query');
    props.controlsTable.grant(
      reconciler,
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
      'dynamodb:Query',
    );
    reconciler.grantSecretValue(props.secret);
    props.eventQueue.grant(reconciler, 'sqs:SendMessage');
    this.deadLetterQueue.grant(reconciler, 'sqs:SendMessage');
    props.notifications.grantNotify(reconciler);
  }
}

/** Of each domain, only where its events are. */
function reachable(domains: Settings['domains']) {
  const entries = Object.entries(domains).map(([name, { region, apiBaseUrl }]) => {
    const domain = { region, ...(apiBaseUrl !== undefined && { apiBaseUrl }) };
    return [name, domain] as const;
  });
  return Object.fromEntries(entries);
}
