import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../core/errors';
import type { Removal, SuppressionRecord } from '../../core/suppression/suppression-record';
import type {
  ChangedRecord,
  RecordChange,
  StoredRecord,
  SuppressionRecords,
} from '../../core/suppression/suppression-records';
import { suppressionKey } from './keys';
import { chunks, readItems } from './read-items';
import type { RemovalTrail } from './removal-trail';
import { storeFault } from './store-fault';
import { readItem, writeItem, type StoredItem } from './suppression-items';

/** Writes in flight at once. */
const WRITES_IN_FLIGHT = 25;

/** Lost races before a change is given up. */
const MAX_TRIES = 10;
const BASE_DELAY_MS = 20;

/** Records of one page. */
const PAGE_SIZE = 500;

/** `SuppressionRecords` on the table `suppressions`; earlier removals are in the table `controls`. */
export class SuppressionRecordsTable implements SuppressionRecords {
  /** @param trail where removals are filed; whoever only adds needs none. */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly trail?: RemovalTrail,
  ) {}

  async change(
    domain: string,
    changes: readonly RecordChange[],
  ): Promise<readonly ChangedRecord[]> {
    const outcomes = new Map<RecordChange, ChangedRecord>();
    let open = changes;
    for (let tries = 0; open.length > 0; tries += 1) {
      if (tries === MAX_TRIES) throw new TransientError('a suppression kept changing');
      if (tries > 0) await sleep(Math.random() * BASE_DELAY_MS * 2 ** tries);
      const lost: RecordChange[] = [];
      const stored = await this.stored(domain, open);
      for (const inFlight of chunks(open, WRITES_IN_FLIGHT)) {
        const made = await Promise.all(
          inFlight.map((change) => this.make(domain, change, stored.get(hex(change.recipient)))),
        );
        inFlight.forEach((change, index) => {
          const outcome = made[index];
          if (outcome === undefined) lost.push(change);
          else outcomes.set(change, outcome);
        });
      }
      open = lost;
    }
    return changes.map((change) => outcomes.get(change) as ChangedRecord);
  }

  async read(domain: string, recipient: Uint8Array): Promise<SuppressionRecord | undefined> {
    const [item] = await readItems(this.client, this.tableName, [
      suppressionKey(domain, recipient),
    ]);
    return item === undefined ? undefined : readItem(item).record;
  }

  async page(
    domain: string,
    after: string | undefined,
  ): Promise<{ readonly records: readonly StoredRecord[]; readonly next?: string }> {
    const command = new QueryCommand({
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': domain },
      Limit: PAGE_SIZE,
      ...(after !== undefined && { ExclusiveStartKey: { pk: domain, sk: after } }),
    });
    const { Items = [], LastEvaluatedKey } = await this.client
      .send(command)
      .catch((error: unknown) => {
        throw storeFault('read the suppressions of a domain', error);
      });
    const records = Items.map(readItem).map(({ sk, record }) => ({
      recipient: Buffer.from(sk, 'hex'),
      record,
    }));
    return { records, ...(LastEvaluatedKey && { next: String(LastEvaluatedKey['sk']) }) };
  }

  async removals(domain: string, recipient: Uint8Array): Promise<readonly Removal[]> {
    // The newest first: what replaces it while the filed ones are read files it before.
    const newest = (await this.read(domain, recipient))?.removal;
    const filed = (await this.trail?.filed(domain, recipient)) ?? [];
    const isFiled = filed.some((removal) => isDeepStrictEqual(removal, newest));
    return newest === undefined || isFiled ? filed : [...filed, newest];
  }

  private async stored(
    domain: string,
    changes: readonly RecordChange[],
  ): Promise<ReadonlyMap<string, StoredItem>> {
    const keys = changes.map(({ recipient }) => suppressionKey(domain, recipient));
    const items = await readItems(this.client, this.tableName, keys);
    return new Map(items.map(readItem).map((item) => [item.sk, item]));
  }

  /** @returns `undefined` for a lost race. */
  private async make(
    domain: string,
    { recipient, decide }: RecordChange,
    seen: StoredItem | undefined,
  ): Promise<ChangedRecord | undefined> {
    const decided = decide(seen?.record);
    if (decided === undefined || isDeepStrictEqual(decided, seen?.record)) {
      return { record: seen?.record, written: false };
    }

    const replaced = seen?.record.removal;
    if (replaced !== undefined && !isDeepStrictEqual(replaced, decided.removal)) {
      await this.trail?.file(domain, recipient, replaced);
    }
    const isWritten = await this.put(domain, recipient, { seen, decided });
    return isWritten ? { record: decided, written: true } : undefined;
  }

  private async put(
    domain: string,
    recipient: Uint8Array,
    {
      seen,
      decided,
    }: { readonly seen: StoredItem | undefined; readonly decided: SuppressionRecord },
  ): Promise<boolean> {
    const revision = seen?.revision;
    const command = new PutCommand({
      TableName: this.tableName,
      Item: writeItem(suppressionKey(domain, recipient), decided, (revision ?? 0) + 1),
      ...asSeen(seen),
    });
    try {
      await this.client.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw new TransientError('the suppression could not be stored', { cause: error });
    }
  }
}

function asSeen(seen: StoredItem | undefined) {
  if (seen === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
  if (seen.revision === undefined) {
    return { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revision)' };
  }
  return {
    ConditionExpression: 'revision = :revision',
    ExpressionAttributeValues: { ':revision': seen.revision },
  };
}

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex');
