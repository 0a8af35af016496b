import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { CampaignKey } from '../../core/campaign/keys';
import type { FiguresReading } from '../../core/report/campaign-figures';
import type { FiguresLease, FiguresStore, StoredFigures } from '../../core/report/figures-store';
import { CONTROL_ITEM_VERSION } from './control-items';
import { ControlStore } from './control-store';
import { ttlAt } from './expiry';
import { campaignControlKey } from './keys';

/** A reading that is older serves nobody. */
const KEPT_SECONDS = 86_400;

const NONE = '';

const itemSchema = z.object({
  v: z.literal(CONTROL_ITEM_VERSION),
  latest: z.string().default(NONE),
  unfinished: z.string().default(NONE),
});

/** `FiguresStore` on the table `controls`: item `report` of a campaign, below 4 KB. */
export class FiguresTable implements FiguresStore {
  private readonly store: ControlStore;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.store = new ControlStore(client, tableName);
  }

  async read(campaign: CampaignKey): Promise<StoredFigures> {
    const [stored] = await this.store.read([keyOf(campaign)]);
    // What another version wrote is read anew: nothing but time is lost.
    const item = itemSchema.safeParse(stored).data;
    const latest = readingIn(item?.latest);
    const unfinished = readingIn(item?.unfinished);
    return { ...(latest && { latest }), ...(unfinished && { unfinished }) };
  }

  claim(campaign: CampaignKey, { token, nowMs, untilMs }: FiguresLease): Promise<boolean> {
    return this.store.update("claim a campaign's figures", {
      key: keyOf(campaign),
      set: {
        ...{ v: CONTROL_ITEM_VERSION, leaseToken: token, leaseUntilMs: untilMs },
        ttl: ttlAt(nowMs, KEPT_SECONDS),
      },
      condition:
        'attribute_not_exists(#leaseUntilMs) OR #leaseUntilMs < :nowMs OR #leaseToken = :leaseToken',
      values: { ':nowMs': nowMs },
    });
  }

  async save(campaign: CampaignKey, lease: FiguresLease, figures: StoredFigures): Promise<void> {
    const { latest, unfinished } = figures;
    await this.store.update("store a campaign's figures", {
      key: keyOf(campaign),
      set: {
        ...{ v: CONTROL_ITEM_VERSION, leaseUntilMs: 0, leaseToken: lease.token },
        ...(latest && { latest: JSON.stringify(latest) }),
        unfinished: unfinished === undefined ? NONE : JSON.stringify(unfinished),
        ttl: ttlAt(lease.nowMs, KEPT_SECONDS),
      },
      condition:
        'attribute_not_exists(#leaseUntilMs) OR #leaseUntilMs < :nowMs OR #leaseToken = :leaseToken',
      values: { ':nowMs': lease.nowMs },
    });
  }
}

const keyOf = (campaign: CampaignKey) => campaignControlKey(campaign, 'report');

function readingIn(text: string | undefined): FiguresReading | undefined {
  return text === undefined || text === NONE ? undefined : (JSON.parse(text) as FiguresReading);
}
