import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { CampaignMessage, CampaignMessages } from '../../core/queue/campaign-messages';
import { TransientError } from '../../core/errors';

/** `CampaignMessages` on a standard SQS queue, where a message group makes it fair. */
export class CampaignMessageQueue implements CampaignMessages {
  constructor(
    private readonly client: SQSClient,
    private readonly queueUrl: string,
  ) {}

  async put({ body, groupId }: CampaignMessage): Promise<void> {
    try {
      await this.client.send(
        new SendMessageCommand({
          QueueUrl: this.queueUrl,
          MessageBody: body,
          ...(groupId !== undefined && { MessageGroupId: groupId }),
        }),
      );
    } catch (error) {
      throw new TransientError('the campaign queue did not take the batch', { cause: error });
    }
  }
}
