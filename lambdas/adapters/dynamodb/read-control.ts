import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../core/errors';
import type { ItemKey } from './keys';
import { storeFault } from './store-fault';

/** Reads of what DynamoDB left unprocessed, before the store counts as unreadable. */
const MAX_READS = 5;
const BASE_DELAY_MS = 50;

/**
 * Reads one item of the table `controls`, strongly consistent.
 *
 * @param operation what is being done, in domain words, such as `read the breaker`.
 * @returns `undefined` for an item that does not exist.
 * @throws {TransientError} when the table can't be read, or leaves the item unprocessed.
 */
export async function readControl(
  client: DynamoDBDocumentClient,
  tableName: string,
  key: ItemKey,
  operation: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const request = { RequestItems: { [tableName]: { Keys: [key], ConsistentRead: true } } };
  for (let reads = 0; reads < MAX_READS; reads += 1) {
    if (reads > 0) await sleep(Math.random() * BASE_DELAY_MS * 2 ** reads);
    const reply = await client.send(new BatchGetCommand(request)).catch((error: unknown) => {
      throw storeFault(operation, error);
    });
    if (reply.UnprocessedKeys?.[tableName] === undefined) return reply.Responses?.[tableName]?.[0];
  }
  throw new TransientError(`could not ${operation}: left unprocessed`);
}
