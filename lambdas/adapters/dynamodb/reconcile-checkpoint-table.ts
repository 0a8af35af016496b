import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { CampaignKey, SubmissionKey } from '../../core/campaign/keys';
import {
  repairedSum,
  type Checkpoint,
  type ReconcileCheckpoints,
  type Repaired,
  type RepairedCampaign,
  type StoredCheckpoint,
} from '../../core/reconciliation/checkpoint';
import { TALLY_KINDS } from '../../core/tally/tally';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ttlAt, type Expiry } from './expiry';
import { campaignControlKey, CHECKPOINT_PREFIX, checkpointKey } from './keys';
import { storeFault } from './store-fault';

/** Longest place that is stored, in characters: an item stays below 4 KB, whatever Mailgun's links grow to. */
const MAX_PLACE_LENGTH = 2_048;

const repaired = z.partialRecord(z.enum(TALLY_KINDS), z.number());

/** Item `reconcile#<batch>#<path>` of a campaign. */
const checkpointItem = z.object({
  v: z.literal(CONTROL_ITEM_VERSION),
  sk: z.string(),
  revision: z.number(),
  attempt: z.number(),
  passesDone: z.number(),
  reading: z
    .object({ idIndex: z.number(), pages: z.number(), place: z.string().optional() })
    .optional(),
  repaired,
  repairedAtMs: z.number().optional(),
});

/** `ReconcileCheckpoints` on the table `controls`: one conditional write a change. */
export class ReconcileCheckpointTable implements ReconcileCheckpoints {
  /** @param expiry how long a checkpoint is kept: as long as the batch's records. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly expiry: Expiry,
  ) {}

  async read(submission: SubmissionKey): Promise<StoredCheckpoint | undefined> {
    const command = new GetCommand({
      TableName: this.tableName,
      Key: checkpointKey(submission),
      ConsistentRead: true,
    });
    const { Item } = await this.client.send(command).catch((error: unknown) => {
      throw storeFault('read a reconcile checkpoint', error);
    });
    const item = readControlItem(checkpointItem, Item);
    if (item === undefined) return undefined;

    const { revision, attempt, passesDone, reading, repairedAtMs } = item;
    const checkpoint = { attempt, passesDone, repaired: item.repaired, repairedAtMs };
    return {
      revision,
      checkpoint: { ...checkpoint, reading: reading && { ...reading, place: reading.place } },
    };
  }

  async write(
    submission: SubmissionKey,
    seen: number | undefined,
    { reading, repairedAtMs, ...checkpoint }: Checkpoint,
  ): Promise<number | 'overtaken'> {
    const revision = (seen ?? 0) + 1;
    const command = new PutCommand({
      TableName: this.tableName,
      Item: {
        ...checkpointKey(submission),
        v: CONTROL_ITEM_VERSION,
        revision,
        ...checkpoint,
        ...(reading !== undefined && { reading: storableReading(reading) }),
        ...(repairedAtMs !== undefined && { repairedAtMs }),
        ttl: ttlAt(this.expiry.clock(), this.expiry.timeToLiveSeconds),
      },
      ...(seen === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'revision = :seen',
            ExpressionAttributeValues: { ':seen': seen },
          }),
    });
    try {
      await this.client.send(command);
      return revision;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'overtaken';
      throw storeFault('write a reconcile checkpoint', error);
    }
  }

  async repairedIn(campaign: CampaignKey): Promise<RepairedCampaign> {
    let sum: Repaired = {};
    const batches = new Set<string>();
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.client
        .send(new QueryCommand(this.campaignQuery(campaign, start)))
        .catch((error: unknown) => {
          throw storeFault('add up reconcile checkpoints', error);
        });
      for (const stored of page.Items ?? []) {
        const item = readControlItem(checkpointItem, stored);
        if (item === undefined || Object.keys(item.repaired).length === 0) continue;
        sum = repairedSum(sum, item.repaired);
        batches.add(batchIn(item.sk));
      }
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return { repaired: sum, batches: batches.size };
  }

  private campaignQuery(campaign: CampaignKey, start: Record<string, unknown> | undefined) {
    return {
      TableName: this.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':pk': campaignControlKey(campaign, '').pk,
        ':prefix': CHECKPOINT_PREFIX,
      },
      ConsistentRead: true,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    };
  }
}

function storableReading({ place, idIndex, pages }: NonNullable<Checkpoint['reading']>) {
  if (place === undefined) return { idIndex, pages };
  return place.length > MAX_PLACE_LENGTH ? { idIndex, pages } : { idIndex, pages, place };
}

const batchIn = (sortKey: string): string =>
  sortKey.slice(CHECKPOINT_PREFIX.length, sortKey.lastIndexOf('#'));
