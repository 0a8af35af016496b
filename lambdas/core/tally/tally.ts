import type { BatchKey, CampaignKey } from '../campaign/keys';

/** What a recipient can reach, each kept as a set of positions a batch. */
export const TALLY_KINDS = [
  'delivered',
  'bounced',
  'failed',
  'deferred',
  'complained',
  'unsubscribed',
  'opened',
  'machineOpened',
  'clicked',
  'machineClicked',
] as const;

export type TallyKind = (typeof TALLY_KINDS)[number];

/** Positions of one batch that reached one outcome. */
export interface Tally {
  readonly batch: BatchKey;
  readonly kind: TallyKind;
  /** 0-based, each below 1,000. Never empty. */
  readonly positions: ReadonlySet<number>;
}

/**
 * The sets behind every count. Adding is idempotent and commutative: the same positions added
 * twice, late or in another order leave the same sets. Implemented in `adapters/dynamodb`.
 */
export interface Tallies {
  /** Adds positions to one tally. One atomic write. */
  add(tally: Tally): Promise<void>;

  /** Shards a campaign's tallies are in, each batch in one. */
  readonly shards: number;

  /**
   * Every tally of one shard, one at a time. The tallies of one batch follow one another, so that a
   * reader needs to hold one batch only; batches come in no particular order. Strongly consistent.
   *
   * @param shard from 0 to {@link shards} - 1.
   */
  readShard(campaign: CampaignKey, shard: number): AsyncIterable<Tally>;

  /** The tallies of one batch, those that exist. */
  readBatch(batch: BatchKey): Promise<readonly Tally[]>;
}
