import type { CampaignKey } from '../campaign/keys';

/** Whether a campaign may send. */
export type CampaignStanding = 'active' | 'paused' | 'cancelled';

/** Whether an account may send. */
export type AccountStanding = 'active' | 'suspended';

/** Whether a Mailgun domain can send. */
export type DomainStanding = 'active' | 'blocked';

/** What is known of a campaign besides its batches. */
export interface CampaignRecord {
  readonly standing: CampaignStanding;
  /** Why it is not active; `undefined` while active. */
  readonly reason?: string;
  /** Milliseconds since the Unix epoch, UTC; `undefined` for a campaign nobody acted on. */
  readonly sinceMs?: number;
  readonly name?: string;
  readonly expectedRecipients?: number;
}

/** Everything that may forbid a call to Mailgun for one batch, read in one go. */
export interface Standings {
  readonly campaign: CampaignRecord;
  readonly account: { readonly standing: AccountStanding; readonly reason?: string };
  readonly domain: {
    readonly standing: DomainStanding;
    readonly reason?: string;
    /** The domain must not send before this time; milliseconds since the Unix epoch, UTC. */
    readonly heldUntilMs?: number;
    /** Largest submission Mailgun takes from this domain now; `undefined` when none is known. */
    readonly recipientCap?: number;
  };
}

/** Reads and changes what may forbid sending. Implemented in `adapters/dynamodb`. */
export interface Controls {
  /** Strongly consistent. @throws {TransientError} when it can't be read: the caller fails closed. */
  standings(campaign: CampaignKey, domain: string): Promise<Standings>;

  /** What is known of one campaign; a campaign nobody acted on is active. */
  campaign(campaign: CampaignKey): Promise<CampaignRecord>;

  /** Stores a campaign's name and expected size where none is stored yet. */
  describeCampaign(
    campaign: CampaignKey,
    description: { readonly name?: string; readonly expectedRecipients?: number },
  ): Promise<void>;

  /** Pauses an active campaign. @returns whether this call changed it. */
  pauseCampaign(
    campaign: CampaignKey,
    change: { readonly reason: string; readonly actor: string; readonly atMs: number },
  ): Promise<boolean>;

  /** Blocks a domain until a person unblocks it. @returns whether this call changed it. */
  blockDomain(
    domain: string,
    change: { readonly reason: string; readonly actor: string; readonly atMs: number },
  ): Promise<boolean>;

  /** Holds a domain until a time; a later time that is stored already stays. @returns whether it moved. */
  holdDomain(
    domain: string,
    hold: { readonly untilMs: number; readonly reason: string; readonly atMs: number },
  ): Promise<boolean>;

  /** Remembers the largest submission a domain may make. */
  capRecipients(domain: string, recipientCap: number): Promise<void>;
}
