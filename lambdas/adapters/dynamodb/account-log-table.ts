import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CampaignKey } from '../../core/campaign/keys';
import type { Clock } from '../../core/clock';
import {
  PAUSES_COUNT_DAYS,
  type AccountLog,
  type AutomaticPause,
  type CampaignCounts,
} from '../../core/guard/account-log';
import type { GuardCounts } from '../../core/guard/counts';
import { CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import { ControlStore } from './control-store';
import { ttlAt } from './expiry';
import { countsItem, pauseItem } from './guard-items';
import {
  accountControlKey,
  accountCountsKey,
  accountPauseKey,
  COUNTS_PREFIX,
  PAUSE_PREFIX,
} from './keys';

const DAY_MS = 86_400_000;

/** Counts say nothing once they are older than the long window. */
const COUNTS_KEPT_SECONDS = DAY_MS / 1000;

/** A day longer than they count. */
const PAUSES_KEPT_SECONDS = ((PAUSES_COUNT_DAYS + 1) * DAY_MS) / 1000;

/** `AccountLog` on the table `controls`: one item a campaign, and one a pause, in the account's partition. */
export class AccountLogTable implements AccountLog {
  private readonly store: ControlStore;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly clock: Clock = Date.now,
  ) {
    this.store = new ControlStore(client, tableName);
  }

  async noteCounts(campaign: CampaignKey, counts: GuardCounts, asOfMs: number): Promise<void> {
    const { campaignId } = campaign;
    const ttl = ttlAt(asOfMs, COUNTS_KEPT_SECONDS);
    await this.store.update('note the counts of a campaign', {
      key: accountCountsKey(campaign),
      set: { v: CONTROL_ITEM_VERSION, campaignId, counts, asOfMs, ttl },
    });
  }

  async counts(accountId: string): Promise<readonly CampaignCounts[]> {
    const stored = await this.items(accountId, COUNTS_PREFIX);
    const oldestMs = this.clock() - DAY_MS;
    return stored
      .flatMap((item) => readControlItem(countsItem, item) ?? [])
      .filter(({ asOfMs }) => asOfMs > oldestMs)
      .map(({ campaignId, counts, asOfMs }) => ({ campaignId, counts, asOfMs }));
  }

  async notePause(campaign: CampaignKey, atMs: number): Promise<void> {
    const { campaignId } = campaign;
    const ttl = ttlAt(atMs, PAUSES_KEPT_SECONDS);
    await this.store.update('note an automatic pause', {
      key: accountPauseKey(campaign, atMs),
      set: { v: CONTROL_ITEM_VERSION, campaignId, atMs, ttl },
    });
  }

  async pauses(accountId: string, afterMs: number): Promise<readonly AutomaticPause[]> {
    const stored = await this.items(accountId, PAUSE_PREFIX);
    return stored
      .flatMap((item) => readControlItem(pauseItem, item) ?? [])
      .filter(({ atMs }) => atMs > afterMs)
      .map(({ campaignId, atMs }) => ({ campaignId, atMs }));
  }

  private items(accountId: string, prefix: string) {
    return this.store.query(accountControlKey(accountId, '').pk, prefix);
  }
}
