import type { BatchKey } from '../campaign/keys';

/**
 * Remembers who is at which position of a batch, as digests, apart from everything a report reads.
 * Implemented in `adapters/dynamodb`.
 */
export interface RecipientRecords {
  /**
   * Stores the digests of a batch. Storing the same batch again changes nothing, since a batch's
   * content never changes.
   *
   * @param digests 8 bytes a recipient, in the order of the batch, invalid ones included as zeros.
   */
  record(batch: BatchKey, digests: Uint8Array): Promise<void>;

  /** @returns the digests of a batch, or `undefined` for a batch that was never begun. */
  read(batch: BatchKey): Promise<Uint8Array | undefined>;
}
