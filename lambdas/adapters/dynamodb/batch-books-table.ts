import { QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Batch } from '../../core/batch/batch';
import type { BatchBooks, BatchWithSubmissions } from '../../core/batch/batch-books';
import type { BatchKey, CampaignKey } from '../../core/campaign/keys';
import type { Submission } from '../../core/submission/submission';
import { pathIn, readBatch, readSubmission, type StoredItem } from './batch-items';
import { campaignPartition } from './keys';
import { storeFault } from './store-fault';

/**
 * `BatchBooks` on the `batches` table: one strongly consistent Query. A root sorts right before
 * its submissions, so one batch at a time is held in memory.
 */
export class BatchBooksTable implements BatchBooks {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async *read(campaign: CampaignKey): AsyncIterable<BatchWithSubmissions> {
    let batch: Batch | undefined;
    let submissions: Submission[] = [];
    for await (const item of this.query({
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': campaignPartition(campaign) },
    })) {
      if (pathIn(item['sk'] as string) !== undefined) {
        submissions.push(readSubmission(item));
        continue;
      }
      if (batch !== undefined) yield { batch, submissions };
      batch = readBatch(item);
      submissions = [];
    }
    if (batch !== undefined) yield { batch, submissions };
  }

  async readBatch(key: BatchKey): Promise<BatchWithSubmissions | undefined> {
    let batch: Batch | undefined;
    const submissions: Submission[] = [];
    for await (const item of this.query({
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :root AND :last',
      ExpressionAttributeValues: {
        ':pk': campaignPartition(key),
        ':root': key.batchId,
        // `#` separates the path, `$` follows it: ids of which this one is a prefix lie beyond.
        ':last': `${key.batchId}$`,
      },
    })) {
      if (pathIn(item['sk'] as string) === undefined) batch = readBatch(item);
      else submissions.push(readSubmission(item));
    }
    return batch === undefined ? undefined : { batch, submissions };
  }

  private async *query(input: {
    KeyConditionExpression: string;
    ExpressionAttributeValues: Record<string, string>;
  }): AsyncIterable<StoredItem> {
    let startKey: Record<string, unknown> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.tableName,
        ConsistentRead: true,
        ...input,
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      });
      const page = await this.client.send(command).catch((error: unknown) => {
        throw storeFault('read the batches', error);
      });
      yield* page.Items ?? [];
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
  }
}
