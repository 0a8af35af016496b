import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/record-events/environment';
import { DELIVERY_EVENTS, type Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What the recorder works with. */
export interface EventRecorderProps {
  /** Says which batch and position an event is about, and learns that Mailgun took it. */
  readonly batchesTable: ITable;
  /** Receives the positions that reached an outcome. */
  readonly talliesTable: ITable;
  /** Receives one row an event: the guard against replays. */
  readonly eventsTable: ITable;
  /** Receives who must not be mailed any more. */
  readonly suppressionsTable: ITable;
  /** Receives which campaigns are being sent. */
  readonly controlsTable: ITable;
  /** Takes requests to look at a campaign's rates. */
  readonly guardQueue: IQueue;
  /** The recipients' pepper. */
  readonly secret: ISecret;
  /** Hears of what needs a person. */
  readonly notifications: NotificationPublisher;
  /** Delivery events that are published: all, none, or those of some types. */
  readonly deliveryEvents: Settings['notifications']['deliveryEvents'];
  /** Opens and clicks up to so long after the delivery are a machine's. */
  readonly machineWithinSeconds: number;
  /** Days an event's row is kept. */
  readonly eventsDays: number;
  /** Days a batch's records are kept. */
  readonly recordsDays: number;
  /** Invocations at a time. */
  readonly maxConcurrency: number;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// A thousand events are about two seconds of work; the rest is room for a throttled table.
const TIMEOUT = Duration.minutes(1);
const GATHERING_WINDOW = Duration.seconds(5);

// An event tried again every six minutes (the visibility timeout) lasts five hours: an outage of a store
// heals without a person, and what crashes the function still ends in the dead-letter queue.
const MAX_RECEIVES = 50;

/**
 * Records every authenticated event: its row, its tally, its suppression; and wakes the guard.
 *
 * Defines the event queue, its dead-letter queue and the consuming function, which may write into the
 * tables and read no more of them than it needs to know whom an event is about.
 */
export class EventRecorder extends Construct {
  /** Where authenticated events go. */
  readonly queue: Queue;
  /** Events that could not be understood or recorded, each with its reason where one is known. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: EventRecorderProps) {
    super(scope, id);

    const { queue, deadLetterQueue } = new WorkQueue(this, 'Events', {
      consumerTimeout: TIMEOUT,
      gatheringWindow: GATHERING_WINDOW,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const environment: Environment = {
      BATCHES_TABLE_NAME: props.batchesTable.tableName,
      TALLIES_TABLE_NAME: props.talliesTable.tableName,
      EVENTS_TABLE_NAME: props.eventsTable.tableName,
      SUPPRESSIONS_TABLE_NAME: props.suppressionsTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      GUARD_QUEUE_URL: props.guardQueue.queueUrl,
      SECRET_ARN: props.secret.secretArn,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      ...props.notifications.environment,
      DELIVERY_EVENTS_TOPIC_ARN: props.notifications.deliveryEventsTopicArn,
      DELIVERY_EVENTS: namesOf(props.deliveryEvents).join(','),
      MACHINE_WITHIN_SECONDS: String(props.machineWithinSeconds),
      EVENTS_TTL_DAYS: String(props.eventsDays),
      RECORDS_TTL_DAYS: String(props.recordsDays),
    };
    const recorder = new ServiceFunction(this, 'Function', {
      folder: 'record-events',
      description: 'Records delivery events into rows, tallies and suppressions',
      timeout: TIMEOUT,
      memorySize: 1_024,
      environment,
      logs: props.logs,
    });

    props.batchesTable.grant(recorder, 'dynamodb:GetItem', 'dynamodb:PutItem');
    props.talliesTable.grant(recorder, 'dynamodb:UpdateItem');
    props.eventsTable.grant(recorder, 'dynamodb:PutItem');
    props.suppressionsTable.grant(recorder, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
    props.controlsTable.grant(recorder, 'dynamodb:UpdateItem');
    props.guardQueue.grant(recorder, 'sqs:SendMessage');
    recorder.grantSecretValue(props.secret);
    deadLetterQueue.grant(recorder, 'sqs:SendMessage');
    props.notifications.grantNotify(recorder);
    props.notifications.grantTellEvents(recorder);
    recorder.addEventSource(
      // Many events an invocation: those of one batch and outcome become one write.
      new SqsEventSource(queue, {
        batchSize: 1_000,
        maxBatchingWindow: GATHERING_WINDOW,
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );
  }
}

function namesOf(wanted: EventRecorderProps['deliveryEvents']): readonly string[] {
  if (typeof wanted === 'boolean') return wanted ? DELIVERY_EVENTS : [];
  return wanted;
}
