import { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryEventType } from '../../core/delivery-event/delivery-event';
import type { Log } from '../../core/log';
import { DeliveryEventFeed } from '../../core/notification/delivery-event-feed';
import { awsClientSettings } from '../aws/client-settings';
import { SqsPublicationQueue } from '../sqs/publication-queue';
import { DeliveryEventTopic } from './delivery-event-topic';

/** The variables of a function that publishes delivery events. */
export interface DeliveryEventEnvironment {
  /** Empty where none are published. */
  readonly DELIVERY_EVENTS_TOPIC_ARN: string;
  readonly DELIVERY_EVENTS: ReadonlySet<DeliveryEventType>;
  readonly NOTIFICATION_QUEUE_URL: string;
}

/** Makes what delivery events are published by; `undefined` where none are. */
export function createDeliveryEventFeed(
  environment: DeliveryEventEnvironment,
  sqs: SQSClient,
  log: Log,
) {
  const { DELIVERY_EVENTS_TOPIC_ARN: topicArn, DELIVERY_EVENTS: types } = environment;
  if (topicArn === '') return undefined;

  const topic = new DeliveryEventTopic(new SNSClient(awsClientSettings()), topicArn);
  const queue = new SqsPublicationQueue(sqs, environment.NOTIFICATION_QUEUE_URL);
  return { types, feed: new DeliveryEventFeed({ topic, queue, log }) };
}
