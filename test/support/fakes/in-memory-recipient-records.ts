import type { BatchKey } from '../../../lambdas/core/campaign/keys';
import type {
  RecipientRecord,
  RecipientRecords,
  StoredRecipientRecord,
} from '../../../lambdas/core/recipient/recipient-records';

/** Who batches are for, in memory. */
export class InMemoryRecipientRecords implements RecipientRecords {
  readonly records = new Map<string, StoredRecipientRecord>();
  /** Writes made so far. */
  writes = 0;

  record(batch: BatchKey, { digests, domain }: RecipientRecord): Promise<void> {
    this.writes += 1;
    this.records.set(nameOf(batch), { digests: Uint8Array.from(digests), domain });
    return Promise.resolve();
  }

  read(batch: BatchKey): Promise<StoredRecipientRecord | undefined> {
    return Promise.resolve(this.records.get(nameOf(batch)));
  }
}

const nameOf = ({ accountId, campaignId, batchId }: BatchKey) =>
  [accountId, campaignId, batchId].join('/');
