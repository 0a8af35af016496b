import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BatchKey } from '../../core/campaign/keys';
import type { RecipientRecords } from '../../core/recipient/recipient-records';
import { ITEM_VERSION } from './batch-items';
import { NO_EXPIRY, ttlAt, type Expiry } from './expiry';
import { recipientsKey } from './keys';
import { storeFault } from './store-fault';

/** `RecipientRecords` on the `batches` table: one binary attribute a batch, 8 KB for 1,000. */
export class RecipientRecordsTable implements RecipientRecords {
  /** @param expiry how long a new record is kept; a reader needs none. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly expiry: Expiry = NO_EXPIRY,
  ) {}

  async record(batch: BatchKey, digests: Uint8Array): Promise<void> {
    await this.client.send(
      new PutCommand({
        TableName: this.tableName,
        Item: {
          ...recipientsKey(batch),
          v: ITEM_VERSION,
          digests,
          ttl: ttlAt(this.expiry.clock(), this.expiry.timeToLiveSeconds),
        },
      }),
    );
  }

  async read(batch: BatchKey): Promise<Uint8Array | undefined> {
    const command = new GetCommand({
      TableName: this.tableName,
      Key: recipientsKey(batch),
      ConsistentRead: true,
    });
    const { Item: item } = await this.client.send(command).catch((error: unknown) => {
      throw storeFault('read the recipients of a batch', error);
    });
    return item?.['digests'] as Uint8Array | undefined;
  }
}
