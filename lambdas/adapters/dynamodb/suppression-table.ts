import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { TransientError } from '../../core/errors';
import type { Suppression, SuppressionList } from '../../core/suppression/suppression';
import { suppressionKey, type ItemKey } from './keys';
import { storeFault } from './store-fault';

/** Keys one BatchGetItem takes. */
const KEYS_A_CALL = 100;

/** BatchGetItem calls in flight at once. */
const CALLS_IN_FLIGHT = 5;

/** Rounds in which keys that DynamoDB left unprocessed are asked for again. */
const MAX_ROUNDS = 6;

/** Longest pause before the second round; it doubles every round. */
const FIRST_PAUSE_MS = 50;

const itemSchema = z.object({
  sk: z.string(),
  reason: z.enum(['bounce', 'complaint', 'unsubscribe']),
  cause: z.string(),
  observedAtMs: z.number(),
  tags: z.set(z.string()).optional(),
});

/**
 * `SuppressionList` on the table `suppressions`: one item a recipient of a domain.
 *
 * An item with `tags` holds for messages with one of them; an item without holds for all.
 */
export class SuppressionTable implements SuppressionList {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async suppressedAmong(
    domain: string,
    recipients: readonly Uint8Array[],
    tags: readonly string[],
  ): Promise<ReadonlySet<number>> {
    const keys = recipients.map((recipient) => suppressionKey(domain, recipient));
    const distinct = [...new Map(keys.map((key) => [key.sk, key])).values()];
    const calls = chunks(distinct, KEYS_A_CALL);
    const wanted = new Set(tags.map(normaliseTag));

    const suppressed = new Set<string>();
    for (const inFlight of chunks(calls, CALLS_IN_FLIGHT)) {
      const found = await Promise.all(inFlight.map((call) => this.read(call)));
      for (const item of found.flat()) {
        const { sk, tags: scope } = item;
        if (scope === undefined || [...scope].some((tag) => wanted.has(tag))) suppressed.add(sk);
      }
    }
    return new Set(keys.flatMap(({ sk }, index) => (suppressed.has(sk) ? [index] : [])));
  }

  async add(suppression: Suppression): Promise<void> {
    const { domain, recipient, reason, cause, observedAtMs, tags } = suppression;
    const scoped = tags !== undefined && tags.length > 0;
    const command = new UpdateCommand({
      TableName: this.tableName,
      Key: suppressionKey(domain, recipient),
      UpdateExpression: scoped
        ? 'ADD tags :tags SET v = :v, reason = if_not_exists(reason, :reason), cause = if_not_exists(cause, :cause), observedAtMs = if_not_exists(observedAtMs, :at)'
        : 'SET v = :v, reason = :reason, cause = :cause, observedAtMs = :at REMOVE tags',
      // What holds for every message stays as it is: the first cause is kept, and never narrowed.
      ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(tags)',
      ExpressionAttributeValues: {
        ':v': 1,
        ':reason': reason,
        ':cause': cause,
        ':at': observedAtMs,
        ...(scoped ? { ':tags': new Set(tags.map(normaliseTag)) } : {}),
      },
    });

    try {
      await this.client.send(command);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return;
      throw new TransientError('the suppression could not be stored', { cause: error });
    }
  }

  async find(domain: string, recipient: Uint8Array): Promise<Suppression | undefined> {
    const command = new GetCommand({
      TableName: this.tableName,
      Key: suppressionKey(domain, recipient),
      ConsistentRead: true,
    });
    const { Item } = await this.client.send(command).catch((error: unknown) => {
      throw storeFault('read a suppression', error);
    });
    if (Item === undefined) return undefined;

    const { reason, cause, observedAtMs, tags } = itemSchema.parse(Item);
    const scope = tags === undefined ? {} : { tags: [...tags].sort() };
    return { domain, recipient, reason, cause, observedAtMs, ...scope };
  }

  /** Reads up to 100 items; a part that DynamoDB leaves out is an error, never an absence. */
  private async read(keys: readonly ItemKey[]) {
    const items: unknown[] = [];
    let pending: readonly Record<string, unknown>[] = keys.map((key) => ({ ...key }));

    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      if (round > 0) await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** (round - 1));
      const page = await this.readOnce(pending);
      items.push(...page.items);
      if (page.unprocessed.length === 0) return z.array(itemSchema).parse(items);

      pending = page.unprocessed;
    }
    throw new TransientError(`the suppression list left ${pending.length} recipients unread`);
  }

  private async readOnce(keys: readonly Record<string, unknown>[]) {
    try {
      const { Responses, UnprocessedKeys } = await this.client.send(
        new BatchGetCommand({
          RequestItems: { [this.tableName]: { Keys: [...keys], ConsistentRead: true } },
        }),
      );
      return {
        items: Responses?.[this.tableName] ?? [],
        unprocessed: UnprocessedKeys?.[this.tableName]?.Keys ?? [],
      };
    } catch (error) {
      throw new TransientError('the suppression list could not be read', { cause: error });
    }
  }
}

// Mailgun compares tags without case.
const normaliseTag = (tag: string): string => tag.toLowerCase();

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
