import { QueryCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { BatchKey, CampaignKey } from '../../core/campaign/keys';
import { TransientError } from '../../core/errors';
import { TALLY_KINDS, type Tallies, type Tally } from '../../core/tally/tally';
import { NO_EXPIRY, ttlAt, type Expiry } from './expiry';
import { shardOf, TALLY_SHARDS, tallyKey, tallyPartition } from './keys';
import { storeFault } from './store-fault';

// Looking at every number of ten million would take longer than counting them.
const itemSchema = z.object({
  sk: z.string(),
  positions: z.custom<ReadonlySet<number>>((value) => value instanceof Set),
});

const kindSchema = z.enum(TALLY_KINDS);

interface Page {
  readonly tallies: readonly Tally[];
  /** Where the next page of the shard begins; `undefined` on its last. */
  readonly next: Record<string, unknown> | undefined;
}

/** `Tallies` on the table `tallies`: one number set of positions a batch and kind. */
export class TallyTable implements Tallies {
  readonly shards = TALLY_SHARDS;

  /** @param expiry how long a tally is kept after its last addition; a reader needs none. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly expiry: Expiry = NO_EXPIRY,
  ) {}

  async add({ batch, kind, positions }: Tally): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: tallyKey(batch, kind),
      UpdateExpression: 'ADD positions :positions SET v = :v, #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':positions': new Set(positions),
        ':v': 1,
        ':ttl': ttlAt(this.expiry.clock(), this.expiry.timeToLiveSeconds),
      },
    });

    try {
      await this.client.send(command);
    } catch (error) {
      throw new TransientError('the tally could not be added to', { cause: error });
    }
  }

  async *readShard(campaign: CampaignKey, shard: number): AsyncGenerator<Tally> {
    let next: Page['next'];
    do {
      const page = await this.page(campaign, shard, next);
      yield* page.tallies;
      next = page.next;
    } while (next !== undefined);
  }

  async readBatch(batch: BatchKey): Promise<readonly Tally[]> {
    const shard = shardOf(batch.batchId);
    const tallies: Tally[] = [];
    let next: Page['next'];
    do {
      const page = await this.page(batch, shard, next, `${batch.batchId}#`);
      tallies.push(...page.tallies);
      next = page.next;
    } while (next !== undefined);
    return tallies;
  }

  private async page(
    campaign: CampaignKey,
    shard: number,
    start: Page['next'],
    prefix?: string,
  ): Promise<Page> {
    const command = new QueryCommand({
      TableName: this.tableName,
      KeyConditionExpression:
        prefix === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':pk': tallyPartition(campaign, shard),
        ...(prefix === undefined ? {} : { ':prefix': prefix }),
      },
      ConsistentRead: true,
      ExclusiveStartKey: start,
    });
    const { Items = [], LastEvaluatedKey } = await this.client
      .send(command)
      .catch((error: unknown) => {
        throw storeFault('read the tallies', error);
      });
    return {
      tallies: Items.map((item) => tallyOf(campaign, item)),
      next: LastEvaluatedKey,
    };
  }
}

function tallyOf({ accountId, campaignId }: CampaignKey, item: unknown): Tally {
  const { sk, positions } = itemSchema.parse(item);
  const [batchId = '', kind] = sk.split('#');
  return { batch: { accountId, campaignId, batchId }, kind: kindSchema.parse(kind), positions };
}
