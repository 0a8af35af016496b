import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TransientError } from '../../core/errors';
import type { GuardRequest, GuardRequests } from '../../core/guard/guard-requests';
import { writeGuardMessage } from './guard-message';

/** `GuardRequests` on a standard SQS queue. */
export class GuardQueue implements GuardRequests {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async put(request: GuardRequest, delaySeconds = 0): Promise<void> {
    const command = new SendMessageCommand({
      QueueUrl: this.queueUrl,
      MessageBody: writeGuardMessage(request),
      DelaySeconds: delaySeconds,
    });
    try {
      await this.client.send(command);
    } catch (error) {
      throw new TransientError('the guard queue did not take the request', { cause: error });
    }
  }
}
