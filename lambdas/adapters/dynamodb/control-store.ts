import { setTimeout as sleep } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  QueryCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../core/errors';
import type { ItemKey } from './keys';
import { storeFault } from './store-fault';

/** A stored control as the document client returns it. */
export type ControlItem = Readonly<Record<string, unknown>>;

/** Attributes to set on one item. */
export interface ControlUpdate {
  readonly key: ItemKey;
  readonly set: Readonly<Record<string, unknown>>;
  /** Attributes to set where the item has none of the name. */
  readonly keep?: Readonly<Record<string, unknown>>;
  /** A condition, as DynamoDB writes it; `#name` and `:name` stand for what is set. */
  readonly condition?: string;
  /** Further values of the condition, by placeholder. */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Reads of what DynamoDB left unprocessed, before the store counts as unreadable. */
const MAX_READS = 5;
const BASE_DELAY_MS = 50;

/** Items of the table `controls`. Every fault is a {@link TransientError}. */
export class ControlStore {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /**
   * Reads items in one strongly consistent request.
   *
   * @returns them in the order of their keys, `undefined` for those that do not exist.
   */
  async read(keys: readonly ItemKey[]): Promise<readonly (ControlItem | undefined)[]> {
    const found = new Map<string, ControlItem>();
    let open = [...keys];
    for (let reads = 0; open.length > 0; reads += 1) {
      if (reads === MAX_READS) {
        throw new TransientError(`could not read the standings: ${open.length} left unprocessed`);
      }
      if (reads > 0) await sleep(Math.random() * BASE_DELAY_MS * 2 ** reads);
      open = await this.readOnce(open, found);
    }
    return keys.map((key) => found.get(nameOf(key)));
  }

  /** Every item of a partition whose sort key begins like this, in their order, strongly consistent. */
  async query(pk: string, sortKeyPrefix: string): Promise<readonly ControlItem[]> {
    const items: ControlItem[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': pk, ':prefix': sortKeyPrefix },
        ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
      });
      const page = await this.client.send(command).catch((error: unknown) => {
        throw storeFault('read a history', error);
      });
      items.push(...(page.Items ?? []));
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return items;
  }

  /**
   * @param operation what is done, in domain words, such as `hold a domain`.
   * @returns whether the condition held.
   */
  async update(operation: string, update: ControlUpdate): Promise<boolean> {
    const kept = update.keep ?? {};
    const entries = Object.entries({ ...update.set, ...kept });
    const assignments = entries.map(([name]) =>
      name in kept ? `#${name} = if_not_exists(#${name}, :${name})` : `#${name} = :${name}`,
    );
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: update.key,
          UpdateExpression: `SET ${assignments.join(', ')}`,
          ConditionExpression: update.condition,
          ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
            ...update.values,
          },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw storeFault(operation, error);
    }
  }

  /** @returns the keys that DynamoDB left unprocessed. */
  private async readOnce(keys: ItemKey[], found: Map<string, ControlItem>): Promise<ItemKey[]> {
    try {
      const reply = await this.client.send(
        new BatchGetCommand({
          RequestItems: { [this.tableName]: { Keys: keys, ConsistentRead: true } },
        }),
      );
      for (const item of reply.Responses?.[this.tableName] ?? []) {
        found.set(nameOf(item as ItemKey), item);
      }
      return (reply.UnprocessedKeys?.[this.tableName]?.Keys ?? []) as ItemKey[];
    } catch (error) {
      throw storeFault('read the standings', error);
    }
  }
}

const nameOf = ({ pk, sk }: ItemKey): string => `${pk}\n${sk}`;
