import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { DomainHealth } from '../../core/domain-health/finding';
import type { DomainHealths } from '../../core/domain-health/ports';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { domainControlKey } from './keys';

const healthItem = z.object({
  v: z.literal(CONTROL_ITEM_VERSION),
  domain: z.string(),
  atMs: z.number(),
  canSend: z.enum(['yes', 'no', 'unknown']),
  told: z.array(z.string()),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'info', 'unknown']),
      message: z.string(),
      record: z
        .object({
          type: z.enum(['TXT', 'CNAME', 'MX']),
          name: z.string(),
          value: z.string(),
          priority: z.number().optional(),
        })
        .optional(),
    }),
  ),
});

/** `DomainHealths` on the table `controls`, one item a domain. */
export class DomainHealthTable implements DomainHealths {
  private readonly store: ControlStore;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.store = new ControlStore(client, tableName);
  }

  async read(
    domain: string,
  ): Promise<{ readonly health: DomainHealth; readonly told: readonly string[] } | undefined> {
    const [stored] = await this.store.read([domainControlKey(domain, 'health')]);
    const item = readControlItem(healthItem, stored);
    if (item === undefined) return undefined;
    const { v: _, told, ...health } = item;
    return { health: health, told };
  }

  async keep({ domain, atMs, canSend, findings }: DomainHealth, told: readonly string[]) {
    await this.store.update('keep what was found of a domain', {
      key: domainControlKey(domain, 'health'),
      set: { v: CONTROL_ITEM_VERSION, domain, atMs, canSend, findings, told },
      condition: 'attribute_not_exists(#atMs) OR #atMs <= :atMs',
    });
  }
}
