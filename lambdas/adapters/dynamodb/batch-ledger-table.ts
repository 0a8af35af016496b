import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { beginWindow } from '../../core/batch/batch';
import type { BatchContent, BatchLedger, BeginOutcome } from '../../core/batch/batch-ledger';
import type { BatchKey, SubmissionKey } from '../../core/campaign/keys';
import type { Submission } from '../../core/submission/submission';
import {
  ITEM_VERSION,
  readBatch,
  readSubmission,
  writeSubmission,
  type StoredItem,
} from './batch-items';
import { ttlAt } from './expiry';
import { batchKey, submissionKey } from './keys';

/** `BatchLedger` on the `batches` table. */
export class BatchLedgerTable implements BatchLedger {
  /** @param timeToLiveSeconds how long records are kept; longer than any queue keeps a message. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly timeToLiveSeconds: number,
  ) {}

  async begin(content: BatchContent, atMs: number): Promise<BeginOutcome> {
    try {
      const { Attributes: item } = await this.client.send(this.beginCommand(content, atMs));
      return { outcome: 'begun', batch: readBatch(item as StoredItem) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { outcome: 'conflict' };
      throw error;
    }
  }

  async end(batch: BatchKey, state: 'open' | 'ended'): Promise<void> {
    await this.client.send(
      new UpdateCommand({
        TableName: this.tableName,
        Key: batchKey(batch),
        ConditionExpression: 'attribute_exists(pk)',
        // Left open, a batch stays in the state another worker may have brought it to.
        ...(state === 'open'
          ? { UpdateExpression: 'REMOVE beginWindows' }
          : {
              UpdateExpression: 'SET #state = :ended REMOVE parkedMessageId, beginWindows',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: { ':ended': state },
            }),
      }),
    );
  }

  async park(batch: BatchKey, messageId: string): Promise<void> {
    await this.updateIf(batch, {
      UpdateExpression: 'SET #state = :parked, parkedMessageId = :messageId REMOVE beginWindows',
      ConditionExpression: 'attribute_exists(pk) AND #state <> :ended',
      ExpressionAttributeValues: {
        ':parked': 'parked',
        ':ended': 'ended',
        ':messageId': messageId,
      },
    });
  }

  async unpark(batch: BatchKey, messageId: string): Promise<void> {
    await this.updateIf(batch, {
      UpdateExpression: 'SET #state = :open REMOVE parkedMessageId',
      ConditionExpression: '#state = :parked AND parkedMessageId = :messageId',
      ExpressionAttributeValues: { ':open': 'open', ':parked': 'parked', ':messageId': messageId },
    });
  }

  async find({ path, ...batch }: SubmissionKey): Promise<Submission | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({
        TableName: this.tableName,
        Key: submissionKey(batch, path),
        ConsistentRead: true,
      }),
    );
    return item === undefined ? undefined : readSubmission(item);
  }

  async advance(
    batch: BatchKey,
    expected: Submission | undefined,
    next: Submission,
  ): Promise<'stored' | 'overtaken'> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: {
            ...submissionKey(batch, next.path),
            ...writeSubmission(next),
            ttl: this.expiry(next.atMs),
          },
          ...stillAs(expected),
        }),
      );
      return 'stored';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // The SDK repeats a write whose reply was lost; the repetition then meets its own first try.
      const stored = await this.find({ ...batch, path: next.path });
      return stored !== undefined && isSameWrite(stored, next) ? 'stored' : 'overtaken';
    }
  }

  /** Updates a root's state; changes nothing where the condition does not hold. */
  private async updateIf(
    batch: BatchKey,
    update: Pick<
      UpdateCommandInput,
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
    >,
  ): Promise<void> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: batchKey(batch),
          ExpressionAttributeNames: { '#state': 'state' },
          ...update,
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  private beginCommand({ key, ...content }: BatchContent, atMs: number): UpdateCommand {
    const { invalid, duplicate } = content;
    const sets = {
      ...(invalid.size > 0 ? { invalid } : {}),
      ...(duplicate.size > 0 ? { duplicate } : {}),
    };
    const once: StoredItem = {
      v: ITEM_VERSION,
      domain: content.domain,
      contentDigest: content.contentDigest,
      audience: content.audience,
      state: 'open',
      firstBegunAtMs: atMs,
      ...sets,
    };
    const names = Object.keys(once);
    return new UpdateCommand({
      TableName: this.tableName,
      Key: batchKey(key),
      UpdateExpression: `SET ${names
        .map((_name, index) => `#a${index} = if_not_exists(#a${index}, :a${index})`)
        .join(', ')}, #ttl = :ttl ADD beginWindows :window`,
      ConditionExpression: 'attribute_not_exists(pk) OR contentDigest = :contentDigest',
      ExpressionAttributeNames: {
        // The root outlives its message, wherever that waits: it tells how old the batch is.
        '#ttl': 'ttl',
        ...Object.fromEntries(names.map((name, index) => [`#a${index}`, name])),
      },
      ExpressionAttributeValues: {
        ':window': new Set([beginWindow(atMs)]),
        ':ttl': this.expiry(atMs),
        ':contentDigest': content.contentDigest,
        ...Object.fromEntries(names.map((name, index) => [`:a${index}`, once[name]])),
      },
      ReturnValues: 'ALL_NEW',
    });
  }

  private expiry(atMs: number): number {
    return ttlAt(atMs, this.timeToLiveSeconds);
  }
}

function stillAs(expected: Submission | undefined) {
  if (expected === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };

  const token = expected.state === 'dispatching' ? expected.attemptToken : undefined;
  return {
    ConditionExpression: `#state = :state AND attempts = :attempts${token === undefined ? '' : ' AND attemptToken = :token'}`,
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':state': expected.state,
      ':attempts': expected.attempts,
      ...(token === undefined ? {} : { ':token': token }),
    },
  };
}

function isSameWrite(stored: Submission, next: Submission): boolean {
  if (stored.state !== next.state || stored.attempts !== next.attempts) return false;
  if (stored.state === 'dispatching' && next.state === 'dispatching') {
    return stored.attemptToken === next.attemptToken;
  }
  // Two workers may split alike at the same moment, and yet between different positions.
  if (stored.state === 'split' && next.state === 'split' && stored.at !== next.at) return false;
  return stored.atMs === next.atMs;
}
