import type { CampaignKey } from '../campaign/keys';
import type { GuardCounts } from './counts';

/** What one campaign contributes to its account's rates. */
export interface CampaignCounts {
  readonly campaignId: string;
  readonly counts: GuardCounts;
  /** When they were read; milliseconds since the Unix epoch, UTC. */
  readonly asOfMs: number;
}

/** One pause of a campaign by the guard. */
export interface AutomaticPause {
  readonly campaignId: string;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly atMs: number;
}

/** Days an automatic pause counts against its account. */
export const PAUSES_COUNT_DAYS = 30;

/**
 * What an account is judged by. Implemented in `adapters/dynamodb`. Every method throws
 * {@link TransientError} when the store can't be read or written; reads are strongly consistent.
 */
export interface AccountLog {
  /** Keeps a campaign's counts, in the place of earlier ones. */
  noteCounts(campaign: CampaignKey, counts: GuardCounts, asOfMs: number): Promise<void>;

  /** Counts of every campaign that was evaluated within a day. */
  counts(accountId: string): Promise<readonly CampaignCounts[]>;

  /** Keeps that a campaign was paused at a time. Noting the same pause again changes nothing. */
  notePause(campaign: CampaignKey, atMs: number): Promise<void>;

  /** Automatic pauses after a time, in their order; those of the last 30 days are kept. */
  pauses(accountId: string, afterMs: number): Promise<readonly AutomaticPause[]>;
}
