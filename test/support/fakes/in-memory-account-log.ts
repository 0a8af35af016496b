import type { CampaignKey } from '../../../lambdas/core/campaign/keys';
import type { Clock } from '../../../lambdas/core/clock';
import {
  PAUSES_COUNT_DAYS,
  type AccountLog,
  type AutomaticPause,
  type CampaignCounts,
} from '../../../lambdas/core/guard/account-log';
import type { GuardCounts } from '../../../lambdas/core/guard/counts';

const A_DAY_MS = 86_400_000;

/** `AccountLog` in memory. */
export class InMemoryAccountLog implements AccountLog {
  private readonly noted = new Map<string, CampaignCounts & CampaignKey>();
  private readonly paused = new Map<string, AutomaticPause & CampaignKey>();

  constructor(private readonly clock: Clock = Date.now) {}

  noteCounts(campaign: CampaignKey, counts: GuardCounts, asOfMs: number): Promise<void> {
    this.noted.set(nameOf(campaign), { ...campaign, counts, asOfMs });
    return Promise.resolve();
  }

  counts(accountId: string): Promise<readonly CampaignCounts[]> {
    const oldestMs = this.clock() - A_DAY_MS;
    const current = [...this.noted.values()].filter(
      (entry) => entry.accountId === accountId && entry.asOfMs > oldestMs,
    );
    return Promise.resolve(
      current.map(({ campaignId, counts, asOfMs }) => ({ campaignId, counts, asOfMs })),
    );
  }

  notePause(campaign: CampaignKey, atMs: number): Promise<void> {
    this.paused.set(`${nameOf(campaign)} ${atMs}`, { ...campaign, atMs });
    return Promise.resolve();
  }

  pauses(accountId: string, afterMs: number): Promise<readonly AutomaticPause[]> {
    const oldestMs = this.clock() - (PAUSES_COUNT_DAYS + 1) * A_DAY_MS;
    const counting = [...this.paused.values()]
      .filter(
        (entry) => entry.accountId === accountId && entry.atMs > afterMs && entry.atMs > oldestMs,
      )
      .sort((a, b) => a.atMs - b.atMs);
    return Promise.resolve(counting.map(({ campaignId, atMs }) => ({ campaignId, atMs })));
  }
}

const nameOf = ({ accountId, campaignId }: CampaignKey): string => `${accountId}/${campaignId}`;
