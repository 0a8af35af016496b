import type { BatchKey } from '../../../lambdas/core/campaign/keys';
import type { RecipientRecords } from '../../../lambdas/core/recipient/recipient-records';

/** Recipients' digests in memory. */
export class InMemoryRecipientRecords implements RecipientRecords {
  private readonly records = new Map<string, Uint8Array>();
  /** Writes made so far. */
  writes = 0;

  record(batch: BatchKey, digests: Uint8Array): Promise<void> {
    this.writes += 1;
    this.records.set(nameOf(batch), Uint8Array.from(digests));
    return Promise.resolve();
  }

  read(batch: BatchKey): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.records.get(nameOf(batch)));
  }
}

const nameOf = ({ accountId, campaignId, batchId }: BatchKey) =>
  [accountId, campaignId, batchId].join('/');
