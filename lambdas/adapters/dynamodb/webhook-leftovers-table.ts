import { createHash } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Clock } from '../../core/clock';
import type { WebhookLeftover, WebhookLeftovers } from '../../core/webhook/webhook-leftovers';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { ttlAt } from './expiry';
import { LEFTOVER_PREFIX, webhookLeftoverKey } from './keys';

const leftoverItem = z.object({
  v: z.literal(CONTROL_ITEM_VERSION),
  domain: z.string(),
  url: z.string(),
  region: z.enum(['us', 'eu']),
  apiBaseUrl: z.string().optional(),
  settled: z.boolean(),
});

/** Seconds an unsettled one is kept: by then nobody expects Mailgun to be back. */
const KEPT_SECONDS = 90 * 86_400;

/** `WebhookLeftovers` on the table `controls`, one item each. */
export class WebhookLeftoversTable implements WebhookLeftovers {
  private readonly store: ControlStore;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly clock: Clock = Date.now,
  ) {
    this.store = new ControlStore(client, tableName);
  }

  async note({ domain, url, region, apiBaseUrl }: WebhookLeftover): Promise<void> {
    await this.store.update('note a leftover webhook', {
      key: keyOf({ domain, url }),
      set: {
        ...{ v: CONTROL_ITEM_VERSION, domain, url, region, settled: false },
        ...(apiBaseUrl !== undefined && { apiBaseUrl }),
        ttl: ttlAt(this.clock(), KEPT_SECONDS),
      },
    });
  }

  async open(): Promise<readonly WebhookLeftover[]> {
    const { pk } = webhookLeftoverKey('', '');
    const items = await this.store.query(pk, LEFTOVER_PREFIX);
    return items.flatMap((stored) => {
      const item = readControlItem(leftoverItem, stored);
      if (item === undefined || item.settled) return [];
      const { domain, url, region, apiBaseUrl } = item;
      return [{ domain, url, region, ...(apiBaseUrl !== undefined && { apiBaseUrl }) }];
    });
  }

  async settle(leftover: Pick<WebhookLeftover, 'domain' | 'url'>): Promise<void> {
    // Not deleted: what may delete one item of the table could delete a block.
    await this.store.update('settle a leftover webhook', {
      key: keyOf(leftover),
      set: { settled: true, ttl: ttlAt(this.clock(), 0) },
      condition: 'attribute_exists(pk)',
    });
  }
}

const keyOf = ({ domain, url }: Pick<WebhookLeftover, 'domain' | 'url'>) =>
  webhookLeftoverKey(domain, createHash('sha256').update(url).digest('hex'));
