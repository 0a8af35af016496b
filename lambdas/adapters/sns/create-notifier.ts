import { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Log } from '../../core/log';
import type { Notifier } from '../../core/notification/notification';
import { PersistentNotifier } from '../../core/notification/persistent-notifier';
import { awsClientSettings } from '../aws/client-settings';
import { SqsPublicationQueue } from '../sqs/publication-queue';
import { NotificationTopic } from './notification-topic';

/** The variables of a function that notifies. */
export interface NotifierEnvironment {
  readonly NOTIFICATIONS_TOPIC_ARN: string;
  readonly NOTIFICATION_QUEUE_URL: string;
}

/** Makes what every function notifies by: the topic, and the queue for what the topic does not take. */
export function createNotifier(
  environment: NotifierEnvironment,
  sqs: SQSClient,
  log: Log,
): Notifier {
  return new PersistentNotifier({
    topic: new NotificationTopic(
      new SNSClient(awsClientSettings()),
      environment.NOTIFICATIONS_TOPIC_ARN,
    ),
    queue: new SqsPublicationQueue(sqs, environment.NOTIFICATION_QUEUE_URL),
    log,
  });
}
