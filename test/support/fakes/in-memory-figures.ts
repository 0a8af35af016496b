import type { CampaignKey } from '../../../lambdas/core/campaign/keys';
import type {
  FiguresLease,
  FiguresStore,
  StoredFigures,
} from '../../../lambdas/core/report/figures-store';

interface Entry extends StoredFigures {
  readonly token: string;
  readonly untilMs: number;
}

/** `FiguresStore` in memory. */
export class InMemoryFigures implements FiguresStore {
  readonly entries = new Map<string, Entry>();

  read(campaign: CampaignKey): Promise<StoredFigures> {
    const { latest, unfinished } = this.entries.get(nameOf(campaign)) ?? {};
    return Promise.resolve({ ...(latest && { latest }), ...(unfinished && { unfinished }) });
  }

  claim(campaign: CampaignKey, lease: FiguresLease): Promise<boolean> {
    if (!this.mayHold(campaign, lease)) return Promise.resolve(false);
    const { token, untilMs } = lease;
    this.entries.set(nameOf(campaign), { ...this.entries.get(nameOf(campaign)), token, untilMs });
    return Promise.resolve(true);
  }

  save(campaign: CampaignKey, lease: FiguresLease, figures: StoredFigures): Promise<void> {
    if (!this.mayHold(campaign, lease)) return Promise.resolve();
    const { unfinished: _left, ...kept } = this.entries.get(nameOf(campaign)) ?? {};
    this.entries.set(nameOf(campaign), { ...kept, ...figures, token: lease.token, untilMs: 0 });
    return Promise.resolve();
  }

  private mayHold(campaign: CampaignKey, { token, nowMs }: FiguresLease): boolean {
    const held = this.entries.get(nameOf(campaign));
    return held === undefined || held.untilMs < nowMs || held.token === token;
  }
}

const nameOf = ({ accountId, campaignId }: CampaignKey) => `${accountId}/${campaignId}`;
