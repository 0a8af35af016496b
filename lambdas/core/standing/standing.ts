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
  /** What a person decided about the campaign's submissions that are in doubt. */
  readonly doubtDecision?: DoubtDecision;
}

/** A person's word where Mailgun's events can't tell. */
export interface DoubtDecision {
  /** `resend`: Mailgun does not have them. `accept`: it has. */
  readonly decision: 'resend' | 'accept';
  /** Holds for calls made before this time; milliseconds since the Unix epoch, UTC. */
  readonly atMs: number;
}

/** One change of a standing, one word on what is in doubt or one redrive, as it happened. */
export type StandingEntry = StandingChange &
  (
    | { readonly standing: CampaignStanding | AccountStanding | DomainStanding }
    | { readonly doubts: DoubtDecision['decision'] }
    /** Asked for: how many dead letters it moved is in the log and the notification. */
    | { readonly redrive: 'requested' }
  );

/** Whose history: a campaign's, an account's, a domain's or a queue's. */
export type StandingSubject =
  | { readonly subject: 'campaign'; readonly campaign: CampaignKey }
  | { readonly subject: 'account'; readonly accountId: string }
  | { readonly subject: 'domain'; readonly domain: string }
  | { readonly subject: 'queue'; readonly queue: string };

/** What is known of an account. */
export interface AccountRecord {
  readonly standing: AccountStanding;
  /** Why it is suspended; `undefined` while active. */
  readonly reason?: string;
  /** Milliseconds since the Unix epoch, UTC; `undefined` for an account nobody acted on. */
  readonly sinceMs?: number;
}

/** What is known of a Mailgun domain. */
export interface DomainRecord {
  readonly standing: DomainStanding;
  /** Why it is blocked; `undefined` while active. */
  readonly reason?: string;
  /** The domain must not send before this time; milliseconds since the Unix epoch, UTC. */
  readonly heldUntilMs?: number;
  /** Whether people were told of the hold, and so want to hear of its end. */
  readonly holdNotified?: boolean;
  /** Largest submission Mailgun takes from this domain now; `undefined` when none is known. */
  readonly recipientCap?: number;
}

/** Everything that may forbid a call to Mailgun for one batch, read in one go. */
export interface Standings {
  readonly campaign: CampaignRecord;
  readonly account: AccountRecord;
  readonly domain: DomainRecord;
}

/** Who changes a standing, why and when. */
export interface StandingChange {
  /** For people; shown in the report. No addresses. */
  readonly reason: string;
  /** Who or what acts, such as an operator's name or `send-batch`. */
  readonly actor: string;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly atMs: number;
}

/**
 * Reads and changes what may forbid sending. Implemented in `adapters/dynamodb`.
 *
 * Every read is strongly consistent. Every change is one conditional write of one item; made again,
 * it changes nothing. Every method throws {@link TransientError} when the store can't be read or
 * written, or holds what this version can't read: the caller fails closed.
 */
export interface Controls {
  /** Everything that may forbid a call to Mailgun for a batch of this campaign on this domain. */
  standings(campaign: CampaignKey, domain: string): Promise<Standings>;

  /** What is known of one campaign; a campaign nobody acted on is active. */
  campaign(campaign: CampaignKey): Promise<CampaignRecord>;

  /** What is known of one account; an account nobody acted on is active. */
  account(accountId: string): Promise<AccountRecord>;

  /** What is known of one domain; a domain nobody acted on is active. */
  domain(domain: string): Promise<DomainRecord>;

  /** Stores a campaign's name and expected size where none is stored yet. */
  describeCampaign(
    campaign: CampaignKey,
    description: { readonly name?: string; readonly expectedRecipients?: number },
  ): Promise<void>;

  /** Pauses an active campaign. @returns whether this call changed it. */
  pauseCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean>;

  /** Makes a paused campaign active; a cancelled one stays cancelled. @returns whether this call changed it. */
  resumeCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean>;

  /** Cancels a campaign for good, whether active or paused. @returns whether this call changed it. */
  cancelCampaign(campaign: CampaignKey, change: StandingChange): Promise<boolean>;

  /** Suspends an account: none of its campaigns sends. @returns whether this call changed it. */
  suspendAccount(accountId: string, change: StandingChange): Promise<boolean>;

  /** Makes a suspended account active. @returns whether this call changed it. */
  reinstateAccount(accountId: string, change: StandingChange): Promise<boolean>;

  /**
   * Every change of a standing and every word on doubts, each in the order it was made. None is
   * ever lost: a change is filed before the next one replaces it.
   */
  history(subject: StandingSubject): Promise<readonly StandingEntry[]>;

  /** Stores a person's word on what is in doubt; a later one replaces it. */
  decideDoubt(
    campaign: CampaignKey,
    decision: DoubtDecision,
    change: StandingChange,
  ): Promise<void>;

  /** Files that a person has dead letters put back on a queue, known by this name. */
  noteRedrive(queue: string, change: StandingChange): Promise<void>;

  /** Blocks a domain until a person unblocks it. @returns whether this call changed it. */
  blockDomain(domain: string, change: StandingChange): Promise<boolean>;

  /**
   * Makes a blocked domain active; a hold stays.
   *
   * @param blockedBy unblocks only what this actor blocked. @default - whoever blocked it
   * @returns whether this call changed it.
   */
  unblockDomain(domain: string, change: StandingChange, blockedBy?: string): Promise<boolean>;

  /** Holds a domain until a time; a later time that is stored already stays. @returns whether it moved. */
  holdDomain(
    domain: string,
    hold: {
      readonly untilMs: number;
      readonly reason: string;
      readonly atMs: number;
      /** Whether it is so long that people are told. */
      readonly notified: boolean;
    },
  ): Promise<boolean>;

  /** Ends a hold that has passed, of this time. @returns whether this call ended it. */
  releaseHold(domain: string, heldUntilMs: number): Promise<boolean>;

  /**
   * Remembers the largest submission a domain may make; a smaller one that still holds stays.
   * It doubles every few hours until it no longer limits anything.
   */
  capRecipients(domain: string, recipientCap: number): Promise<void>;
}
