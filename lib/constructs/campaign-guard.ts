import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/guard/environment';
import { domainAllowances } from '../config/domain-allowances';
import type { Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What the guard works with. */
export interface CampaignGuardProps {
  /** Says who was accepted, and when. */
  readonly batchesTable: ITable;
  /** Says who bounced, complained and was delivered. */
  readonly talliesTable: ITable;
  /** Learns what is paused and suspended, and what the guard knows. */
  readonly controlsTable: ITable;
  /** Hears of warnings, pauses, suspensions, and of campaigns that are over. */
  readonly notifications: NotificationPublisher;
  /** The limits, and which domains are looked at. */
  readonly settings: Pick<Settings, 'guard' | 'retention' | 'domains' | 'breaker'>;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

const TIMEOUT = Duration.minutes(2);

// Ten million recipients are some ten seconds of one whole processor.
const MEMORY_SIZE = 1_769;

// A request that comes too soon is received again every 15 s, one that fails up to every ten minutes:
// an outage of half a day, by when the sweep has looked anyway.
const MAX_RECEIVES = 100;

// The least SQS offers.
const MAX_CONCURRENCY = 2;

/**
 * Pauses campaigns and suspends accounts whose bounces or complaints would cost the sender's
 * reputation: upon bounces and complaints, and every minute for what ends without an event. Says
 * every minute which domains are kept back.
 *
 * Defines the guard queue, its dead-letter queue, the schedule and the function, which may read
 * batches and tallies, and read and set controls. It deletes no record.
 */
export class CampaignGuard extends Construct {
  /** Takes requests to look at a campaign or an account. */
  readonly queue: Queue;
  /** Requests that nobody can read, and those that failed for half a day. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: CampaignGuardProps) {
    super(scope, id);

    const { queue, deadLetterQueue } = new WorkQueue(this, 'Requests', {
      consumerTimeout: TIMEOUT,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const environment: Environment = {
      BATCHES_TABLE_NAME: props.batchesTable.tableName,
      TALLIES_TABLE_NAME: props.talliesTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      GUARD_QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      ...props.notifications.environment,
      RECORDS_TTL_DAYS: String(props.settings.retention.recordsDays),
      DOMAINS: JSON.stringify(domainAllowances(props.settings.domains)),
      BREAKER: JSON.stringify(props.settings.breaker),
      GUARD: JSON.stringify(props.settings.guard),
    };
    const guard = new ServiceFunction(this, 'Function', {
      folder: 'guard',
      description: 'Watches bounces and complaints, pauses campaigns and suspends accounts',
      timeout: TIMEOUT,
      memorySize: MEMORY_SIZE,
      environment,
      logs: props.logs,
    });
    props.batchesTable.grant(guard, 'dynamodb:Query');
    props.talliesTable.grant(guard, 'dynamodb:Query');
    props.controlsTable.grant(
      guard,
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    );
    queue.grant(guard, 'sqs:SendMessage');
    deadLetterQueue.grant(guard, 'sqs:SendMessage');
    props.notifications.grantNotify(guard);
    guard.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 1,
        maxConcurrency: MAX_CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
    new Rule(this, 'EveryMinute', {
      description: 'Sweeps the campaigns that are watched',
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(guard)],
    });
  }
}
