import type { BatchKey, CampaignKey } from '../campaign/keys';
import type { Submission } from '../submission/submission';
import type { Batch } from './batch';

/** A batch with the submissions stored for it. */
export interface BatchWithSubmissions {
  readonly batch: Batch;
  readonly submissions: readonly Submission[];
}

/** Reads what became of a campaign's batches. Implemented in `adapters/dynamodb`. */
export interface BatchBooks {
  /** Every batch of a campaign, one at a time, in the order of their ids. Strongly consistent. */
  read(campaign: CampaignKey): AsyncIterable<BatchWithSubmissions>;

  /** One batch, or `undefined` if it was never begun. Strongly consistent. */
  readBatch(batch: BatchKey): Promise<BatchWithSubmissions | undefined>;
}
