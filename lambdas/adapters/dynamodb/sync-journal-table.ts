import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { SyncJournal, SyncRecord } from '../../core/suppression/sync-journal';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { domainControlKey } from './keys';

const journalItem = z.object({
  v: z.literal(CONTROL_ITEM_VERSION),
  completeAtMs: z.number().optional(),
  failing: z.boolean().default(false),
  failingSinceMs: z.number().default(0),
  failingReason: z.string().default(''),
});

/** `SyncJournal` on the table `controls`: one item a domain. */
export class SyncJournalTable implements SyncJournal {
  private readonly store: ControlStore;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.store = new ControlStore(client, tableName);
  }

  async noteComplete(domain: string, startedAtMs: number): Promise<void> {
    await this.store.update('note a complete sync', {
      key: journalKey(domain),
      set: { v: CONTROL_ITEM_VERSION, completeAtMs: startedAtMs, failing: false },
      condition: 'attribute_not_exists(#completeAtMs) OR #completeAtMs <= :completeAtMs',
    });
  }

  noteFailed(
    domain: string,
    { sinceMs, reason }: { readonly sinceMs: number; readonly reason: string },
  ): Promise<boolean> {
    return this.store.update('note a failed sync', {
      key: journalKey(domain),
      set: {
        ...{ v: CONTROL_ITEM_VERSION, failing: true },
        ...{ failingSinceMs: sinceMs, failingReason: reason },
      },
      // An earlier sync that fails after a later one was complete says nothing.
      condition:
        '(attribute_not_exists(#failing) OR #failing <> :failing OR #failingSinceMs = :failingSinceMs) AND ' +
        '(attribute_not_exists(completeAtMs) OR completeAtMs < :failingSinceMs)',
    });
  }

  async read(domain: string): Promise<SyncRecord> {
    const [stored] = await this.store.read([journalKey(domain)]);
    const item = readControlItem(journalItem, stored);
    if (item === undefined) return {};

    const { completeAtMs, failing, failingSinceMs, failingReason } = item;
    return {
      ...(completeAtMs !== undefined && { completeAtMs }),
      ...(failing && { failure: { sinceMs: failingSinceMs, reason: failingReason } }),
    };
  }
}

const journalKey = (domain: string) => domainControlKey(domain, 'suppression-sync');
