import type { BatchKey, CampaignKey } from '../../../lambdas/core/campaign/keys';
import type { Tallies, Tally, TallyKind } from '../../../lambdas/core/tally/tally';

/** `Tallies` in memory. */
export class InMemoryTallies implements Tallies {
  readonly shards = 2;
  private readonly entries = new Map<string, Tally & { positions: Set<number> }>();
  /** Writes made so far. */
  writes = 0;
  /** Set it to make the next writes of these kinds reject. */
  failing = new Set<TallyKind>();

  add({ batch, kind, positions }: Tally): Promise<void> {
    if (this.failing.has(kind)) return Promise.reject(new Error('tallies are down'));

    this.writes += 1;
    const name = [nameOf(batch), batch.batchId, kind].join('/');
    const entry = this.entries.get(name) ?? { batch, kind, positions: new Set<number>() };
    for (const position of positions) entry.positions.add(position);
    this.entries.set(name, entry);
    return Promise.resolve();
  }

  async *readShard(campaign: CampaignKey, shard: number): AsyncGenerator<Tally> {
    await Promise.resolve();
    const entries = [...this.entries.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, tally] of entries) {
      const isOfShard = tally.batch.batchId.length % this.shards === shard;
      if (isOfShard && nameOf(tally.batch) === nameOf(campaign)) yield tally;
    }
  }

  readBatch(batch: BatchKey): Promise<readonly Tally[]> {
    const ofBatch = [...this.entries.values()].filter(
      (tally) => nameOf(tally.batch) === nameOf(batch) && tally.batch.batchId === batch.batchId,
    );
    return Promise.resolve(ofBatch);
  }

  /** Positions by `batch/kind`, in ascending order. */
  get sets(): Readonly<Record<string, readonly number[]>> {
    const pairs = [...this.entries.values()].map(({ batch, kind, positions }) => {
      const sorted = [...positions].sort((a, b) => a - b);
      return [`${batch.batchId}/${kind}`, sorted] as const;
    });
    return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

const nameOf = ({ accountId, campaignId }: CampaignKey) => `${accountId}/${campaignId}`;
