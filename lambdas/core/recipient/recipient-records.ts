import type { BatchKey } from '../campaign/keys';

/** Who a batch is for, and which domain mails them. */
export interface RecipientRecord {
  /** 8 bytes a recipient, in the order of the batch; zeros for the invalid ones. */
  readonly digests: Uint8Array;
  /** Mailgun sending domain of the batch, lower-cased. */
  readonly domain: string;
}

/** A record as it is read: those of earlier versions don't name the domain. */
export type StoredRecipientRecord = Omit<RecipientRecord, 'domain'> & {
  readonly domain: string | undefined;
};

/**
 * Remembers who is at which position of a batch, as digests, apart from everything a report reads.
 * Implemented in `adapters/dynamodb`.
 */
export interface RecipientRecords {
  /**
   * Stores the record of a batch. Storing the same batch again changes nothing, since a batch's
   * content never changes.
   */
  record(batch: BatchKey, recipients: RecipientRecord): Promise<void>;

  /**
   * @returns the record of a batch, or `undefined` for a batch that nobody tried to submit yet.
   * @throws {TransientError} when it can't be read.
   */
  read(batch: BatchKey): Promise<StoredRecipientRecord | undefined>;
}
