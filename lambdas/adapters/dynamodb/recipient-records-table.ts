import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { BatchKey } from '../../core/campaign/keys';
import type {
  RecipientRecord,
  RecipientRecords,
  StoredRecipientRecord,
} from '../../core/recipient/recipient-records';
import { ITEM_VERSION } from './batch-items';
import { NO_EXPIRY, ttlAt, type Expiry } from './expiry';
import { recipientsKey } from './keys';
import { storeFault } from './store-fault';

const itemSchema = z.object({
  digests: z.instanceof(Uint8Array),
  /** Missing in items of earlier versions. */
  domain: z.string().optional(),
});

/** `RecipientRecords` on the `batches` table: one binary attribute a batch, 8 KB for 1,000. */
export class RecipientRecordsTable implements RecipientRecords {
  /** @param expiry how long a new record is kept; a reader needs none. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly expiry: Expiry = NO_EXPIRY,
  ) {}

  async record(batch: BatchKey, { digests, domain }: RecipientRecord): Promise<void> {
    await this.client.send(
      new PutCommand({
        TableName: this.tableName,
        Item: {
          ...recipientsKey(batch),
          v: ITEM_VERSION,
          digests,
          domain,
          ttl: ttlAt(this.expiry.clock(), this.expiry.timeToLiveSeconds),
        },
      }),
    );
  }

  async read(batch: BatchKey): Promise<StoredRecipientRecord | undefined> {
    const command = new GetCommand({
      TableName: this.tableName,
      Key: recipientsKey(batch),
      ConsistentRead: true,
    });
    const { Item: item } = await this.client.send(command).catch((error: unknown) => {
      throw storeFault('read the recipients of a batch', error);
    });
    if (item === undefined) return undefined;

    const { digests, domain } = itemSchema.parse(item);
    return { digests, domain };
  }
}
