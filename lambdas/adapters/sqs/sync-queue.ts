import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TransientError } from '../../core/errors';
import type { SyncRequest, SyncRequests } from '../../core/suppression/sync-request';
import { writeSyncMessage } from './sync-message';

/** `SyncRequests` on a standard SQS queue. */
export class SyncQueue implements SyncRequests {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async ask(request: SyncRequest, DelaySeconds: number): Promise<void> {
    const MessageBody = writeSyncMessage(request);
    const command = new SendMessageCommand({ QueueUrl: this.queueUrl, MessageBody, DelaySeconds });
    try {
      await this.client.send(command);
    } catch (error) {
      throw new TransientError('the queue of syncs did not take the request', { cause: error });
    }
  }
}
