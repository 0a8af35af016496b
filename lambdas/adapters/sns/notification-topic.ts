import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Log } from '../../core/log';
import type { Notification, Notifier } from '../../core/notification/notification';
import { sqsJson } from '../sqs/sqs-text';

/** `Notifier` on an SNS topic. The type is also a message attribute, for subscription filters. */
export class NotificationTopic implements Notifier {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
    private readonly log: Log,
  ) {}

  async notify(notification: Notification): Promise<void> {
    try {
      await this.client.send(
        new PublishCommand({
          TopicArn: this.topicArn,
          // What no SQS queue would take must not keep a subscribed one from it.
          Message: sqsJson(notification),
          MessageAttributes: {
            type: { DataType: 'String', StringValue: notification.type },
          },
        }),
      );
      const { type } = notification;
      this.log.info('notification sent', { code: 'notification-sent', type });
    } catch (error) {
      this.log.error('notification not sent', {
        code: 'notification-not-sent',
        type: notification.type,
        cause: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
}
