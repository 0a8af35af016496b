import type { CampaignKey } from '../../../lambdas/core/campaign/keys';
import type { Clock } from '../../../lambdas/core/clock';
import type {
  AccountRecord,
  CampaignRecord,
  Controls,
  DomainRecord,
  StandingChange,
  Standings,
} from '../../../lambdas/core/standing/standing';

/** `Controls` in memory. The maps may be read and set by a test. */
export class InMemoryControls implements Controls {
  /** By `account/campaign`. */
  readonly campaigns = new Map<string, CampaignRecord>();
  readonly accounts = new Map<string, AccountRecord>();
  readonly domains = new Map<string, DomainRecord>();
  private readonly capsUntilMs = new Map<string, number>();
  /** Set it to make every method reject. */
  fault: Error | undefined;

  constructor(private readonly clock: Clock = Date.now) {}

  async standings(campaign: CampaignKey, domain: string): Promise<Standings> {
    return {
      campaign: await this.campaign(campaign),
      account: await this.account(campaign.accountId),
      domain: await this.domain(domain),
    };
  }

  campaign(campaign: CampaignKey): Promise<CampaignRecord> {
    return this.answer(() => this.campaignNow(campaign));
  }

  account(accountId: string): Promise<AccountRecord> {
    return this.answer(() => this.accounts.get(accountId) ?? { standing: 'active' });
  }

  domain(domain: string): Promise<DomainRecord> {
    return this.answer(() => this.domainNow(domain));
  }

  describeCampaign(
    campaign: CampaignKey,
    description: { readonly name?: string; readonly expectedRecipients?: number },
  ): Promise<void> {
    return this.answer(() => {
      const given = Object.entries(description).filter(
        ([, value]: [string, unknown]) => value !== undefined,
      );
      if (given.length === 0) return;
      this.campaigns.set(nameOf(campaign), {
        ...Object.fromEntries(given),
        ...this.campaignNow(campaign),
      });
    });
  }

  pauseCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.moveCampaign(campaign, 'active', 'paused', change);
  }

  resumeCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.moveCampaign(campaign, 'paused', 'active', change);
  }

  blockDomain(domain: string, change: StandingChange): Promise<boolean> {
    return this.answer(() => {
      const { standing, ...rest } = this.domainNow(domain);
      if (standing === 'blocked') return false;
      this.domains.set(domain, { ...rest, standing: 'blocked', reason: change.reason });
      return true;
    });
  }

  unblockDomain(domain: string): Promise<boolean> {
    return this.answer(() => {
      const record = this.domainNow(domain);
      if (record.standing === 'active') return false;
      this.domains.set(domain, { ...record, standing: 'active', reason: undefined });
      return true;
    });
  }

  holdDomain(domain: string, hold: { readonly untilMs: number }): Promise<boolean> {
    return this.answer(() => {
      const record = this.domainNow(domain);
      if (record.heldUntilMs !== undefined && record.heldUntilMs >= hold.untilMs) return false;
      this.domains.set(domain, { ...record, heldUntilMs: hold.untilMs });
      return true;
    });
  }

  capRecipients(domain: string, recipientCap: number): Promise<void> {
    return this.answer(() => {
      const record = this.domainNow(domain);
      if (record.recipientCap !== undefined && record.recipientCap < recipientCap) return;
      this.domains.set(domain, { ...record, recipientCap });
      this.capsUntilMs.set(domain, this.clock() + A_DAY_MS);
    });
  }

  private moveCampaign(
    campaign: CampaignKey,
    from: 'active' | 'paused',
    to: 'active' | 'paused',
    change: StandingChange,
  ): Promise<boolean> {
    return this.answer(() => {
      const record = this.campaignNow(campaign);
      if (record.standing !== from) return false;
      this.campaigns.set(nameOf(campaign), {
        ...record,
        standing: to,
        reason: to === 'active' ? undefined : change.reason,
        sinceMs: change.atMs,
      });
      return true;
    });
  }

  private campaignNow(campaign: CampaignKey): CampaignRecord {
    return this.campaigns.get(nameOf(campaign)) ?? { standing: 'active' };
  }

  private domainNow(domain: string): DomainRecord {
    const record = this.domains.get(domain) ?? { standing: 'active' };
    const capHolds = (this.capsUntilMs.get(domain) ?? Infinity) > this.clock();
    return capHolds ? record : { ...record, recipientCap: undefined };
  }

  private answer<Answer>(compute: () => Answer): Promise<Answer> {
    return this.fault === undefined ? Promise.resolve(compute()) : Promise.reject(this.fault);
  }
}

const A_DAY_MS = 86_400_000;

const nameOf = ({ accountId, campaignId }: CampaignKey): string => `${accountId}/${campaignId}`;
