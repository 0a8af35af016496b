import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  PutCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Allowlist } from '../../core/suppression/allowlist';
import { allowlistKey, allowlistPartition } from './keys';
import { chunks, readItems } from './read-items';
import { storeFault } from './store-fault';

/** Writes in flight at once. */
const WRITES_IN_FLIGHT = 25;

const itemSchema = z.object({ v: z.literal(1), sk: z.string(), notedAtMs: z.number() });

type Item = z.infer<typeof itemSchema>;

/** `Allowlist` in partitions of its own of the table `suppressions`: one item an address or domain. */
export class AllowlistTable implements Allowlist {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async allows(domain: string, digests: readonly Uint8Array[]): Promise<boolean> {
    const keys = digests.map((digest) => allowlistKey(domain, digest));
    return (await readItems(this.client, this.tableName, keys)).length > 0;
  }

  async note(domain: string, digests: readonly Uint8Array[], atMs: number): Promise<void> {
    for (const inFlight of chunks(digests, WRITES_IN_FLIGHT)) {
      await Promise.all(inFlight.map((digest) => this.noteOne(domain, digest, atMs)));
    }
  }

  async all(domain: string): Promise<ReadonlySet<string>> {
    return new Set((await this.items(domain)).map(({ sk }) => sk));
  }

  async forgetBefore(domain: string, atMs: number): Promise<void> {
    const gone = (await this.items(domain)).filter(({ notedAtMs }) => notedAtMs < atMs);
    for (const inFlight of chunks(gone, WRITES_IN_FLIGHT)) {
      await Promise.all(inFlight.map((item) => this.forget(domain, item)));
    }
  }

  private async noteOne(domain: string, digest: Uint8Array, atMs: number): Promise<void> {
    const command = new PutCommand({
      TableName: this.tableName,
      Item: { ...allowlistKey(domain, digest), v: 1, notedAtMs: atMs },
      ConditionExpression: 'attribute_not_exists(pk) OR notedAtMs < :at',
      ExpressionAttributeValues: { ':at': atMs },
    });
    await this.client.send(command).catch(unlessLate('note an allowlisted address'));
  }

  private async forget(domain: string, { sk, notedAtMs }: Item): Promise<void> {
    const command = new DeleteCommand({
      TableName: this.tableName,
      Key: { pk: allowlistPartition(domain), sk },
      // Noted again by another sync since, it stays.
      ConditionExpression: 'notedAtMs = :seen',
      ExpressionAttributeValues: { ':seen': notedAtMs },
    });
    await this.client.send(command).catch(unlessLate('forget an allowlisted address'));
  }

  private async items(domain: string): Promise<readonly Item[]> {
    const items: unknown[] = [];
    let startKey: Record<string, unknown> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': allowlistPartition(domain) },
        ...(startKey && { ExclusiveStartKey: startKey }),
      });
      const page = await this.client.send(command).catch((error: unknown) => {
        throw storeFault('read the allowlist', error);
      });
      items.push(...(page.Items ?? []));
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return z.array(itemSchema).parse(items);
  }
}

/** A failed condition means that a later sync was faster, which is as good. */
const unlessLate = (operation: string) => (error: unknown) => {
  if (!(error instanceof ConditionalCheckFailedException)) throw storeFault(operation, error);
};
