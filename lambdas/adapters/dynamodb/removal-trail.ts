import { createHash } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Removal } from '../../core/suppression/suppression-record';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { REMOVAL_PREFIX, removalKey, removalPartition } from './keys';

const removalItem = z.object({
  v: z.literal(CONTROL_ITEM_VERSION),
  atMs: z.number(),
  actor: z.string(),
  reason: z.string(),
  removed: z.array(z.string()),
});

/**
 * Removals of suppressions in the table `controls`, under the recipient's digest. The newest one is in
 * the suppression itself, and filed here before another takes its place.
 */
export class RemovalTrail {
  private readonly store: ControlStore;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.store = new ControlStore(client, tableName);
  }

  /** Files a removal. Done again, it changes nothing. */
  async file(domain: string, recipient: Uint8Array, removal: Removal): Promise<void> {
    const { atMs, actor, reason, removed } = removal;
    const token = createHash('sha256').update(JSON.stringify(removal)).digest('hex').slice(0, 16);
    await this.store.update('file a removal', {
      key: removalKey({ domain, recipient }, { atMs, token }),
      set: { v: CONTROL_ITEM_VERSION, atMs, actor, reason, removed },
    });
  }

  /** What was filed of a recipient, oldest first. */
  async filed(domain: string, recipient: Uint8Array): Promise<readonly Removal[]> {
    const items = await this.store.query(removalPartition(domain, recipient), REMOVAL_PREFIX);
    return items
      .map((item) => readControlItem(removalItem, item))
      .filter((item) => item !== undefined)
      .map(({ atMs, actor, reason, removed }) => ({ atMs, actor, reason, removed }));
  }
}
