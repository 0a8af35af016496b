import { PublishBatchCommand, type SNSClient } from '@aws-sdk/client-sns';
import { TransientError } from '../../core/errors';
import type { DeliveryEventNotice } from '../../core/notification/delivery-event-notice';
import type { DeliveryEventPublisher } from '../../core/notification/publication';
import { sqsJson } from '../sqs/sqs-text';
import { PUBLISH_TIMEOUT_MS, textAttributes } from './publishing';

/**
 * `DeliveryEventPublisher` on an SNS topic. A notice is below 2 KB whatever Mailgun sent, so ten are
 * far below the 256 KB of a call.
 */
export class DeliveryEventTopic implements DeliveryEventPublisher {
  constructor(
    private readonly client: SNSClient,
    private readonly topicArn: string,
  ) {}

  async publish(events: readonly DeliveryEventNotice[]): Promise<void> {
    const command = new PublishBatchCommand({
      TopicArn: this.topicArn,
      PublishBatchRequestEntries: events.map((event, index) => ({
        Id: String(index),
        Message: sqsJson(event),
        MessageAttributes: textAttributes({
          type: event.type,
          accountId: event.accountId,
          campaignId: event.campaignId,
          domain: event.domain,
        }),
      })),
    });
    const { Failed = [] } = await this.client
      .send(command, { abortSignal: AbortSignal.timeout(PUBLISH_TIMEOUT_MS) })
      .catch((error: unknown) => {
        throw new TransientError('the topic did not take delivery events', { cause: error });
      });
    if (Failed.length > 0) {
      throw new TransientError(
        `the topic did not take ${Failed.length} of ${events.length} events`,
      );
    }
  }
}
