import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TransientError } from '../../core/errors';
import type { Publication, PublicationQueue } from '../../core/notification/publication';
import { writePublicationMessage } from './publication-message';

/** How long the call may take, its retries included. */
const TIMEOUT_MS = 5_000;

/** Before the first try: what SNS did not take now it will hardly take in the next second. */
const DELAY_SECONDS = 10;

/** `PublicationQueue` on a standard SQS queue. */
export class SqsPublicationQueue implements PublicationQueue {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async keep(publication: Publication): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.queueUrl,
      MessageBody: writePublicationMessage(publication),
      DelaySeconds: DELAY_SECONDS,
    });
    try {
      await this.client.send(command, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      throw new TransientError('the notification queue did not take the message', { cause: error });
    }
  }
}
