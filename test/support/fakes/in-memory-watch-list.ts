import type { CampaignKey } from '../../../lambdas/core/campaign/keys';
import { WATCHED_FOR_MS, type WatchList } from '../../../lambdas/core/guard/watch-list';

/** `WatchList` in memory. */
export class InMemoryWatchList implements WatchList {
  private readonly entries = new Map<string, { campaign: CampaignKey; untilMs: number }>();
  /** Writes made so far. */
  writes = 0;
  /** Set it to make the next writes reject. */
  fault: Error | undefined;

  note({ accountId, campaignId }: CampaignKey, nowMs: number): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);
    this.writes += 1;
    const campaign = { accountId, campaignId };
    this.entries.set(nameOf(campaign), { campaign, untilMs: nowMs + WATCHED_FOR_MS });
    return Promise.resolve();
  }

  list(nowMs: number, after?: CampaignKey): Promise<readonly CampaignKey[]> {
    const seen = after === undefined ? '' : nameOf(after);
    const watched = [...this.entries]
      .filter(([name, { untilMs }]) => untilMs > nowMs && name > seen)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return Promise.resolve(watched.map(([, { campaign }]) => campaign));
  }
}

const nameOf = ({ accountId, campaignId }: CampaignKey): string => `${accountId}#${campaignId}`;
