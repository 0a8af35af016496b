import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { TransientError } from '../../core/errors';
import type { Notification } from '../../core/notification/notification';
import type { NotificationPublisher } from '../../core/notification/publication';
import { sqsJson } from '../sqs/sqs-text';
import { PUBLISH_TIMEOUT_MS, textAttributes } from './publishing';

/** `NotificationPublisher` on an SNS topic. What subscriptions filter by are message attributes. */
export class NotificationTopic implements NotificationPublisher {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  async publish(notification: Notification): Promise<void> {
    const { type, accountId, campaignId, domain } = {
      ...{ accountId: undefined, campaignId: undefined, domain: undefined },
      ...notification,
    };
    const command = new PublishCommand({
      TopicArn: this.topicArn,
      // What no SQS queue would take must not keep a subscribed one from it.
      Message: sqsJson(notification),
      MessageAttributes: textAttributes({ type, accountId, campaignId, domain }),
    });
    try {
      await this.client.send(command, { abortSignal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS) });
    } catch (error) {
      throw new TransientError('the topic did not take a notification', { cause: error });
    }
  }
}
