import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../core/errors';
import type { ItemKey } from './keys';
import { storeFault } from './store-fault';

/** Keys one BatchGetItem takes. */
const KEYS_A_CALL = 100;

/** BatchGetItem calls in flight at once. */
const CALLS_IN_FLIGHT = 5;

/** Rounds in which keys that DynamoDB left unprocessed are asked for again. */
const MAX_ROUNDS = 6;

/** Longest pause before the second round; it doubles every round. */
const FIRST_PAUSE_MS = 50;

/**
 * Reads any number of items of the table `suppressions`, strongly consistent. A part that DynamoDB
 * leaves out is an error, never an absence.
 *
 * @param keys each once.
 * @returns the items there are, in no order.
 * @throws {TransientError} when any of them can't be read.
 */
export async function readItems(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly ItemKey[],
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  for (const inFlight of chunks(chunks(keys, KEYS_A_CALL), CALLS_IN_FLIGHT)) {
    const found = await Promise.all(inFlight.map((call) => readCall(client, tableName, call)));
    items.push(...found.flat());
  }
  return items;
}

/** Splits a list into lists of a size, the last of which may be shorter. */
export function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

async function readCall(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly ItemKey[],
): Promise<readonly unknown[]> {
  const items: unknown[] = [];
  let pending: readonly Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (round > 0) await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** (round - 1));
    const command = new BatchGetCommand({
      RequestItems: { [tableName]: { Keys: [...pending], ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await client.send(command).catch((error: unknown) => {
      throw storeFault('read the suppression list', error);
    });
    items.push(...(Responses?.[tableName] ?? []));
    pending = UnprocessedKeys?.[tableName]?.Keys ?? [];
    if (pending.length === 0) return items;
  }
  throw new TransientError(`the suppression list left ${pending.length} recipients unread`);
}
