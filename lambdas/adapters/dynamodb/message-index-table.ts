import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SubmissionKey } from '../../core/campaign/keys';
import type { MessageIndex } from '../../core/submission/message-index';
import { ITEM_VERSION } from './batch-items';
import { NO_EXPIRY, ttlAt, type Expiry } from './expiry';
import { messageKey } from './keys';

/** `MessageIndex` on the `batches` table. */
export class MessageIndexTable implements MessageIndex {
  /** @param expiry how long a new entry is kept; a reader needs none. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly expiry: Expiry = NO_EXPIRY,
  ) {}

  async record(messageId: string, submission: SubmissionKey): Promise<void> {
    const { accountId, campaignId, batchId, path } = submission;
    await this.client.send(
      new PutCommand({
        TableName: this.tableName,
        Item: {
          ...messageKey(messageId),
          v: ITEM_VERSION,
          accountId,
          campaignId,
          batchId,
          path,
          ttl: ttlAt(this.expiry.clock(), this.expiry.timeToLiveSeconds),
        },
      }),
    );
  }

  async find(messageId: string): Promise<SubmissionKey | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({
        TableName: this.tableName,
        Key: messageKey(messageId),
        ConsistentRead: true,
      }),
    );
    if (item === undefined) return undefined;

    const { accountId, campaignId, batchId, path } = item as SubmissionKey & typeof item;
    return { accountId, campaignId, batchId, path };
  }
}
