import type { CampaignKey } from '../../../lambdas/core/campaign/keys';
import type { Clock } from '../../../lambdas/core/clock';
import { recipientCapAt, type RecipientCap } from '../../../lambdas/core/standing/recipient-cap';
import type {
  AccountRecord,
  AccountStanding,
  CampaignRecord,
  CampaignStanding,
  Controls,
  DomainRecord,
  DomainStanding,
  DoubtDecision,
  StandingChange,
  StandingEntry,
  Standings,
  StandingSubject,
} from '../../../lambdas/core/standing/standing';

/** `Controls` in memory. The maps may be read and set by a test. */
export class InMemoryControls implements Controls {
  /** By `account/campaign`. */
  readonly campaigns = new Map<string, CampaignRecord>();
  readonly accounts = new Map<string, AccountRecord>();
  readonly domains = new Map<string, DomainRecord>();
  private readonly caps = new Map<string, RecipientCap>();
  private readonly entries = new Map<string, StandingEntry[]>();
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
    return this.moveCampaign(campaign, ['active'], 'paused', change);
  }

  resumeCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.moveCampaign(campaign, ['paused'], 'active', change);
  }

  cancelCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean> {
    return this.moveCampaign(campaign, ['active', 'paused'], 'cancelled', change);
  }

  suspendAccount(accountId: string, change: StandingChange): Promise<boolean> {
    return this.moveAccount(accountId, 'suspended', change);
  }

  reinstateAccount(accountId: string, change: StandingChange): Promise<boolean> {
    return this.moveAccount(accountId, 'active', change);
  }

  blockDomain(domain: string, change: StandingChange): Promise<boolean> {
    return this.moveDomain(domain, 'blocked', change);
  }

  async unblockDomain(domain: string, change: StandingChange, by?: string): Promise<boolean> {
    const blocked = (await this.history({ subject: 'domain', domain })).at(-1);
    if (by !== undefined && blocked?.actor !== by) return false;
    return this.moveDomain(domain, 'active', change);
  }

  history(subject: StandingSubject): Promise<readonly StandingEntry[]> {
    return this.answer(() => {
      const entries = this.entries.get(subjectName(subject)) ?? [];
      return [...entries].sort((a, b) => a.atMs - b.atMs);
    });
  }

  decideDoubt(
    campaign: CampaignKey,
    decision: DoubtDecision,
    change: StandingChange,
  ): Promise<void> {
    return this.answer(() => {
      const record = { ...this.campaignNow(campaign), doubtDecision: decision };
      this.campaigns.set(nameOf(campaign), record);
      this.file({ subject: 'campaign', campaign }, { ...change, doubts: decision.decision });
    });
  }

  noteRedrive(queue: string, change: StandingChange): Promise<void> {
    return this.answer(() => {
      this.file({ subject: 'queue', queue }, { ...change, redrive: 'requested' });
    });
  }

  holdDomain(
    domain: string,
    hold: { readonly untilMs: number; readonly notified: boolean },
  ): Promise<boolean> {
    return this.answer(() => {
      const record = this.domainNow(domain);
      if (record.heldUntilMs !== undefined && record.heldUntilMs >= hold.untilMs) return false;
      const isNotified = hold.notified || record.holdNotified === true;
      this.domains.set(domain, {
        ...record,
        heldUntilMs: hold.untilMs,
        ...(isNotified && { holdNotified: true }),
      });
      return true;
    });
  }

  releaseHold(domain: string, heldUntilMs: number): Promise<boolean> {
    return this.answer(() => {
      const { holdNotified, ...record } = this.domainNow(domain);
      if (holdNotified !== true || record.heldUntilMs !== heldUntilMs) return false;
      this.domains.set(domain, record);
      return true;
    });
  }

  capRecipients(domain: string, recipientCap: number): Promise<void> {
    return this.answer(() => {
      const record = this.domainNow(domain);
      if (record.recipientCap !== undefined && record.recipientCap < recipientCap) return;
      this.domains.set(domain, { ...record, recipientCap });
      this.caps.set(domain, { recipientCap, setAtMs: this.clock() });
    });
  }

  private moveCampaign(
    campaign: CampaignKey,
    from: readonly CampaignStanding[],
    to: CampaignStanding,
    change: StandingChange,
  ): Promise<boolean> {
    return this.answer(() => {
      const { reason, ...record } = this.campaignNow(campaign);
      if (!from.includes(record.standing)) return false;
      this.campaigns.set(nameOf(campaign), {
        ...record,
        standing: to,
        ...(to !== 'active' && { reason: change.reason }),
        sinceMs: change.atMs,
      });
      this.file({ subject: 'campaign', campaign }, { ...change, standing: to });
      return true;
    });
  }

  private moveAccount(
    accountId: string,
    to: AccountStanding,
    change: StandingChange,
  ): Promise<boolean> {
    return this.answer(() => {
      if ((this.accounts.get(accountId)?.standing ?? 'active') === to) return false;
      const reason = to === 'active' ? {} : { reason: change.reason };
      this.accounts.set(accountId, { standing: to, ...reason, sinceMs: change.atMs });
      this.file({ subject: 'account', accountId }, { ...change, standing: to });
      return true;
    });
  }

  private moveDomain(domain: string, to: DomainStanding, change: StandingChange): Promise<boolean> {
    return this.answer(() => {
      const { reason, ...record } = this.domainNow(domain);
      if (record.standing === to) return false;
      const why = to === 'active' ? {} : { reason: change.reason };
      this.domains.set(domain, { ...record, ...why, standing: to });
      this.file({ subject: 'domain', domain }, { ...change, standing: to });
      return true;
    });
  }

  private file(subject: StandingSubject, entry: StandingEntry): void {
    const name = subjectName(subject);
    this.entries.set(name, [...(this.entries.get(name) ?? []), entry]);
  }

  private campaignNow(campaign: CampaignKey): CampaignRecord {
    return this.campaigns.get(nameOf(campaign)) ?? { standing: 'active' };
  }

  private domainNow(domain: string): DomainRecord {
    const record = this.domains.get(domain) ?? { standing: 'active' };
    const cap = this.caps.get(domain);
    if (cap === undefined) return record;

    const { recipientCap, ...rest } = record;
    const capNow = recipientCapAt(cap, this.clock());
    return capNow === undefined ? rest : { ...rest, recipientCap: capNow };
  }

  private answer<Answer>(compute: () => Answer): Promise<Answer> {
    return this.fault === undefined ? Promise.resolve(compute()) : Promise.reject(this.fault);
  }
}

const nameOf = ({ accountId, campaignId }: CampaignKey): string => `${accountId}/${campaignId}`;

function subjectName(subject: StandingSubject): string {
  switch (subject.subject) {
    case 'campaign':
      return `campaign ${nameOf(subject.campaign)}`;
    case 'account':
      return `account ${subject.accountId}`;
    case 'domain':
      return `domain ${subject.domain}`;
    case 'queue':
      return `queue ${subject.queue}`;
  }
}
