import type { CampaignKey, SubmissionKey } from '../../../lambdas/core/campaign/keys';
import {
  repairedCount,
  repairedSum,
  type Checkpoint,
  type ReconcileCheckpoints,
  type Repaired,
  type RepairedCampaign,
  type StoredCheckpoint,
} from '../../../lambdas/core/reconciliation/checkpoint';

/** `ReconcileCheckpoints` in memory. */
export class InMemoryReconcileCheckpoints implements ReconcileCheckpoints {
  private readonly stored = new Map<string, StoredCheckpoint & { key: SubmissionKey }>();

  read(key: SubmissionKey): Promise<StoredCheckpoint | undefined> {
    const found = this.stored.get(nameOf(key));
    return Promise.resolve(
      found && { revision: found.revision, checkpoint: structuredClone(found.checkpoint) },
    );
  }

  write(
    key: SubmissionKey,
    seen: number | undefined,
    checkpoint: Checkpoint,
  ): Promise<number | 'overtaken'> {
    if (this.stored.get(nameOf(key))?.revision !== seen) return Promise.resolve('overtaken');

    const revision = (seen ?? 0) + 1;
    const { reading } = checkpoint;
    const isTooLong = (reading?.place?.length ?? 0) > 2_048;
    const kept = isTooLong ? { ...reading!, place: undefined } : reading;
    this.stored.set(nameOf(key), { key, revision, checkpoint: { ...checkpoint, reading: kept } });
    return Promise.resolve(revision);
  }

  repairedIn({ accountId, campaignId }: CampaignKey): Promise<RepairedCampaign> {
    const repairs = [...this.stored.values()].filter(
      ({ key, checkpoint }) =>
        key.accountId === accountId &&
        key.campaignId === campaignId &&
        repairedCount(checkpoint.repaired) > 0,
    );
    const sum = repairs.reduce<Repaired>(
      (total, { checkpoint }) => repairedSum(total, checkpoint.repaired),
      {},
    );
    const batches = new Set(repairs.map(({ key }) => key.batchId)).size;
    return Promise.resolve({ repaired: sum, batches });
  }
}

const nameOf = ({ accountId, campaignId, batchId, path }: SubmissionKey) =>
  [accountId, campaignId, batchId, path].join('#');
