import { QueryCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { BatchKey, CampaignKey } from '../../core/campaign/keys';
import { TransientError } from '../../core/errors';
import { TALLY_KINDS, type Tallies, type Tally } from '../../core/tally/tally';
import { shardOf, TALLY_SHARDS, tallyKey, tallyPartition } from './keys';
import { storeFault } from './store-fault';

const itemSchema = z.object({ sk: z.string(), positions: z.set(z.number()) });

const kindSchema = z.enum(TALLY_KINDS);

interface Page {
  readonly shard: number;
  readonly tallies: readonly Tally[];
  /** Where the next page of the shard begins; `undefined` on its last. */
  readonly next: Record<string, unknown> | undefined;
}

/** `Tallies` on the table `tallies`: one number set of positions a batch and kind. */
export class TallyTable implements Tallies {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async add({ batch, kind, positions }: Tally): Promise<void> {
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: tallyKey(batch, kind),
      UpdateExpression: 'ADD positions :positions SET v = :v',
      ExpressionAttributeValues: { ':positions': new Set(positions), ':v': 1 },
    });

    try {
      await this.client.send(command);
    } catch (error) {
      throw new TransientError('the tally could not be added to', { cause: error });
    }
  }

  /**
   * The shards are read side by side, one page of each in memory. A batch that a page may have cut
   * in two waits for the next page of its shard.
   */
  async *read(campaign: CampaignKey): AsyncGenerator<Tally> {
    const pending = new Map<number, Promise<Page>>();
    const cut = new Map<number, readonly Tally[]>();
    const request = (shard: number, start: Page['next']) => {
      const page = this.page(campaign, shard, start);
      // A reader that stops early leaves pages that nobody waits for.
      page.catch(() => undefined);
      pending.set(shard, page);
    };
    for (let shard = 0; shard < TALLY_SHARDS; shard += 1) request(shard, undefined);

    while (pending.size > 0) {
      const { shard, tallies, next } = await Promise.race(pending.values());
      if (next === undefined) pending.delete(shard);
      else request(shard, next);

      const known = [...(cut.get(shard) ?? []), ...tallies];
      const whole = next === undefined ? known.length : startOfLastBatch(known);
      cut.set(shard, known.slice(whole));
      yield* known.slice(0, whole);
    }
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
      shard,
      tallies: Items.map((item) => tallyOf(campaign, item)),
      next: LastEvaluatedKey,
    };
  }
}

/** @returns the index of the first tally of the batch that comes last. */
function startOfLastBatch(tallies: readonly Tally[]): number {
  const last = tallies.at(-1)?.batch.batchId;
  return Math.max(
    0,
    tallies.findIndex(({ batch }) => batch.batchId === last),
  );
}

function tallyOf({ accountId, campaignId }: CampaignKey, item: unknown): Tally {
  const { sk, positions } = itemSchema.parse(item);
  const [batchId = '', kind] = sk.split('#');
  return { batch: { accountId, campaignId, batchId }, kind: kindSchema.parse(kind), positions };
}
