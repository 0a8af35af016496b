import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/publish-notifications/environment';
import { ServiceFunction, type LogSettings } from './service-function';
import { WorkQueue } from './work-queue';

/** What is published on. */
export interface NotificationPublisherProps {
  /** Hears of what needs a person. */
  readonly notifications: ITopic;

  /**
   * Hears of every delivery event.
   *
   * @default - delivery events are not published
   */
  readonly deliveryEvents?: ITopic;

  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

const TIMEOUT = Duration.seconds(30);

// Tried again every 15 minutes in the end: about a day, by when a person has seen the alarm of the topic.
const MAX_RECEIVES = 100;

// The least SQS offers. In steady state there is nothing to do.
const MAX_CONCURRENCY = 2;

/**
 * Tells the world through SNS, and keeps what SNS does not take until it does.
 *
 * Defines the notification queue, its dead-letter queue and the consuming function, which may publish.
 * A function that notifies gets its permissions by {@link grantNotify} and its variables from
 * {@link environment}: it publishes by itself, and puts on the queue what fails.
 */
export class NotificationPublisher extends Construct {
  /** Hears of what needs a person. */
  readonly topic: ITopic;
  /** Hears of every delivery event; `undefined` where they are not published. */
  readonly deliveryEvents: ITopic | undefined;
  /** What waits to be published. */
  readonly queue: Queue;
  /** What could not be read or was given up on. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: NotificationPublisherProps) {
    super(scope, id);

    this.topic = props.notifications;
    this.deliveryEvents = props.deliveryEvents;
    const { queue, deadLetterQueue } = new WorkQueue(this, 'Notifications', {
      consumerTimeout: TIMEOUT,
      maxReceiveCount: MAX_RECEIVES,
    });
    this.queue = queue;
    this.deadLetterQueue = deadLetterQueue;

    const environment: Environment = {
      NOTIFICATIONS_TOPIC_ARN: props.notifications.topicArn,
      DELIVERY_EVENTS_TOPIC_ARN: this.deliveryEventsTopicArn,
      QUEUE_URL: queue.queueUrl,
      DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
    };
    const publisher = new ServiceFunction(this, 'Function', {
      folder: 'publish-notifications',
      description: 'Publishes notifications that SNS did not take at once',
      timeout: TIMEOUT,
      memorySize: 256,
      environment,
      logs: props.logs,
    });
    props.notifications.grantPublish(publisher);
    props.deliveryEvents?.grantPublish(publisher);
    deadLetterQueue.grant(publisher, 'sqs:SendMessage');
    publisher.addEventSource(
      new SqsEventSource(queue, {
        batchSize: 10,
        maxConcurrency: MAX_CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
  }

  /** Variables of a function that notifies. */
  get environment() {
    return {
      NOTIFICATIONS_TOPIC_ARN: this.topic.topicArn,
      NOTIFICATION_QUEUE_URL: this.queue.queueUrl,
    };
  }

  /** Where delivery events are published; empty where they are not. */
  get deliveryEventsTopicArn(): string {
    return this.deliveryEvents?.topicArn ?? '';
  }

  /** Lets a function notify. */
  grantNotify(notifying: ServiceFunction): void {
    this.topic.grantPublish(notifying);
    this.queue.grant(notifying, 'sqs:SendMessage');
  }

  /** Lets a function that may notify publish delivery events too, where they are published. */
  grantTellEvents(telling: ServiceFunction): void {
    this.deliveryEvents?.grantPublish(telling);
  }
}
