import type { Removal, SuppressionRecord } from './suppression-record';

/** One change of a recipient's record. */
export interface RecordChange {
  /** The recipient's digest, 16 bytes. */
  readonly recipient: Uint8Array;
  /**
   * Pure; called again when the record changed in between.
   *
   * @returns what becomes of the record: itself, or `undefined`, to leave it as it is.
   */
  readonly decide: (record: SuppressionRecord | undefined) => SuppressionRecord | undefined;
}

/** What became of a record. */
export interface ChangedRecord {
  readonly record: SuppressionRecord | undefined;
  /** Whether it was written. */
  readonly written: boolean;
}

/** A recipient and everything known about them. */
export interface StoredRecord {
  readonly recipient: Uint8Array;
  readonly record: SuppressionRecord;
}

/**
 * Keeps everything known about a domain's recipients. Implemented in `adapters/dynamodb`.
 *
 * Reads are strongly consistent. A record is changed by one conditional write, so that no change is
 * lost to another. Every method throws {@link TransientError} when the store can't be read or written.
 */
export interface SuppressionRecords {
  /**
   * Changes records, each on its own: a fault leaves some changed and others not.
   *
   * @param changes any number, of different recipients.
   * @returns in the order of the changes.
   */
  change(domain: string, changes: readonly RecordChange[]): Promise<readonly ChangedRecord[]>;

  /** @returns what is known of one recipient, or `undefined`. */
  read(domain: string, recipient: Uint8Array): Promise<SuppressionRecord | undefined>;

  /**
   * Some records of a domain, in an order of the store's.
   *
   * @param after where the page before ended; `undefined` for the first.
   * @returns `next` is absent from the last page.
   */
  page(
    domain: string,
    after: string | undefined,
  ): Promise<{ readonly records: readonly StoredRecord[]; readonly next?: string }>;

  /** Every removal of a recipient's suppressions, oldest first. None is ever lost. */
  removals(domain: string, recipient: Uint8Array): Promise<readonly Removal[]>;
}
