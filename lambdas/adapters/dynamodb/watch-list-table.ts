import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CampaignKey } from '../../core/campaign/keys';
import { WATCHED_FOR_MS, type WatchList } from '../../core/guard/watch-list';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { ttlAt } from './expiry';
import { watchItem } from './guard-items';
import { WATCH_PARTITION, WATCH_PREFIX, watchKey } from './keys';

/** `WatchList` on the table `controls`: one item a campaign, all in one partition. */
export class WatchListTable implements WatchList {
  private readonly store: ControlStore;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.store = new ControlStore(client, tableName);
  }

  async note(campaign: CampaignKey, nowMs: number): Promise<void> {
    const { accountId, campaignId } = campaign;
    const untilMs = nowMs + WATCHED_FOR_MS;
    await this.store.update('watch a campaign', {
      key: watchKey(campaign),
      set: { v: CONTROL_ITEM_VERSION, accountId, campaignId, untilMs, ttl: ttlAt(untilMs, 0) },
    });
  }

  async list(nowMs: number, after?: CampaignKey): Promise<readonly CampaignKey[]> {
    const stored = await this.store.query(WATCH_PARTITION, WATCH_PREFIX);
    const seen = after === undefined ? '' : watchKey(after).sk;
    return stored
      .flatMap((item) => readControlItem(watchItem, item) ?? [])
      .filter(({ untilMs, sk }) => untilMs > nowMs && sk > seen)
      .map(({ accountId, campaignId }) => ({ accountId, campaignId }));
  }
}
