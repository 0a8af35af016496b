import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AuthenticEvent, EventQueue } from '../../core/delivery-event/authentic-event';
import { TransientError } from '../../core/errors';
import { writeEventMessage } from './event-message';

/** `EventQueue` on a standard SQS queue. */
export class SqsEventQueue implements EventQueue {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async send(event: AuthenticEvent): Promise<void> {
    try {
      await this.client.send(
        new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: writeEventMessage(event) }),
      );
    } catch (error) {
      throw new TransientError('the event queue did not take the event', { cause: error });
    }
  }
}
