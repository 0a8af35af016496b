import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AuthenticEvent, EventQueue } from '../../core/delivery-event/authentic-event';
import { TransientError } from '../../core/errors';
import { writeEventMessage } from './event-message';
import { MAX_MESSAGE_BYTES } from './message-size';

/** `EventQueue` on a standard SQS queue. */
export class SqsEventQueue implements EventQueue {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async send(event: AuthenticEvent): Promise<'queued' | 'too-large'> {
    // Written anew, an event can be four times as long as it came: numbers and emoji grow.
    const body = writeEventMessage(event);
    if (Buffer.byteLength(body) > MAX_MESSAGE_BYTES) return 'too-large';

    try {
      await this.client.send(
        new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody: body }),
      );
      return 'queued';
    } catch (error) {
      throw new TransientError('the event queue did not take the event', { cause: error });
    }
  }
}
