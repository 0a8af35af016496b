import type { CampaignKey } from '../campaign/keys';

/** A campaign is watched for so long after its last sign of life: its windows are empty by then. */
export const WATCHED_FOR_MS = 26 * 3_600_000;

/**
 * Campaigns that are looked at every minute. Implemented in `adapters/dynamodb`. Every method throws
 * {@link TransientError} when the store can't be read or written.
 */
export interface WatchList {
  /** Watches a campaign for {@link WATCHED_FOR_MS}. @param nowMs milliseconds since the Unix epoch, UTC. */
  note(campaign: CampaignKey, nowMs: number): Promise<void>;

  /**
   * Campaigns watched at a time, in the order of their keys.
   *
   * @param after only those behind this one.
   */
  list(nowMs: number, after?: CampaignKey): Promise<readonly CampaignKey[]>;
}
