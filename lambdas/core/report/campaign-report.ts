import type { CampaignKey } from '../campaign/keys';
import type { AccountRecord, CampaignRecord, CampaignStanding } from '../standing/standing';
import type { OutcomeCounts, OutcomeSums } from './outcomes';
import type { RecipientCounts } from './recipient-parts';

/** What became of a campaign's recipients, as far as it is known. */
export interface CampaignReport extends CampaignKey {
  /** A suspended account outranks the standing of its campaigns, except a cancelled one's. */
  readonly status: CampaignStanding | 'suspended';
  /** Why it is not active; `null` while active. */
  readonly reason: string | null;
  /** Since when it is not active, ISO 8601, UTC; `null` while active. */
  readonly since: string | null;
  /** When reading began, ISO 8601, UTC. */
  readonly asOf: string;
  /** The producer's name for it, where it gave one. */
  readonly name?: string;
  /** Recipients the producer said there will be, where it did. */
  readonly expectedRecipients?: number;
  /** The audience of every batch begun so far, and its parts, which add up to it. */
  readonly recipients: RecipientCounts & { readonly audience: number };
  /**
   * Unique recipients. `delivered`, `bounced`, `failed`, `deferred` and `outstanding` add up to
   * the accepted ones once every acceptance that events tell of is stored.
   */
  readonly outcomes: OutcomeCounts & {
    /** Accepted, and nothing known of them yet. */
    readonly outstanding: number;
  };
  readonly rates: CampaignRates;
}

/** Shares of unique recipients, 0 to 1, rounded to four decimals; `null` where there is nothing to share. */
export interface CampaignRates {
  /** Opened by a person, of the delivered. */
  readonly open: number | null;
  /** Clicked by a person, of the delivered. */
  readonly click: number | null;
  /** Bounced, of the accepted. */
  readonly bounce: number | null;
  /** Complained, of the delivered. */
  readonly complaint: number | null;
  /** Opened by a machine, of the delivered. */
  readonly machineOpen: number | null;
}

/** What a report is made of. */
export interface ReportSources {
  readonly campaign: CampaignRecord;
  readonly account: AccountRecord;
  readonly recipients: RecipientCounts;
  readonly sums: OutcomeSums;
  /** When reading began; milliseconds since the Unix epoch, UTC. */
  readonly asOfMs: number;
}

/** Writes the report of a campaign. */
export function campaignReport(key: CampaignKey, sources: ReportSources): CampaignReport {
  const { campaign, account, recipients, sums } = sources;
  const audience = Object.values(recipients).reduce((sum, count) => sum + count, 0);
  return {
    accountId: key.accountId,
    campaignId: key.campaignId,
    ...statusOf(campaign, account),
    asOf: new Date(sources.asOfMs).toISOString(),
    ...(campaign.name !== undefined && { name: campaign.name }),
    ...(campaign.expectedRecipients !== undefined && {
      expectedRecipients: campaign.expectedRecipients,
    }),
    recipients: { audience, ...recipients },
    outcomes: { ...sums.outcomes, outstanding: outstandingOf(recipients, sums.outcomes) },
    rates: ratesOf(recipients, sums),
  };
}

/** A cancelled campaign stays cancelled whatever its account may do; otherwise suspension comes first. */
function statusOf(
  campaign: CampaignRecord,
  account: AccountRecord,
): Pick<CampaignReport, 'status' | 'reason' | 'since'> {
  const suspended = account.standing === 'suspended' && campaign.standing !== 'cancelled';
  if (suspended)
    return { status: 'suspended', reason: account.reason ?? null, since: isoOf(account) };

  const since = campaign.standing === 'active' ? null : isoOf(campaign);
  return { status: campaign.standing, reason: campaign.reason ?? null, since };
}

function isoOf({ sinceMs }: { readonly sinceMs?: number }): string | null {
  return sinceMs === undefined ? null : new Date(sinceMs).toISOString();
}

// An event may be known before the acceptance it proves is stored, so the difference may be negative.
function outstandingOf(recipients: RecipientCounts, outcomes: OutcomeCounts): number {
  const { delivered, bounced, failed, deferred } = outcomes;
  return Math.max(0, recipients.accepted - delivered - bounced - failed - deferred);
}

function ratesOf(recipients: RecipientCounts, sums: OutcomeSums): CampaignRates {
  const { delivered, bounced } = sums.outcomes;
  const { opened, clicked, complained, machineOpened } = sums.amongDelivered;
  return {
    open: share(opened, delivered),
    click: share(clicked, delivered),
    bounce: share(Math.min(bounced, recipients.accepted), recipients.accepted),
    complaint: share(complained, delivered),
    machineOpen: share(machineOpened, delivered),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
