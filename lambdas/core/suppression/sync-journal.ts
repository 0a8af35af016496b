/** What is known about the syncs of a domain's suppressions. */
export interface SyncRecord {
  /** Beginning of the last sync that read every list to its end; milliseconds since the Unix epoch, UTC. */
  readonly completeAtMs?: number;
  /** Why syncs have been failing since the last complete one; `undefined` when they do not. */
  readonly failure?: { readonly sinceMs: number; readonly reason: string };
}

/**
 * Remembers how the syncs of suppressions went. Implemented in `adapters/dynamodb`.
 *
 * Every method throws {@link TransientError} when the store can't be read or written.
 */
export interface SyncJournal {
  /** Notes a complete sync; an earlier one that ends later changes nothing. @param startedAtMs when it began. */
  noteComplete(domain: string, startedAtMs: number): Promise<void>;

  /**
   * Notes a sync that failed.
   *
   * @returns whether it is the first since the last complete one: people are told of that one only. Noted
   *   again, the same sync gets the same answer: whoever noted it may have died before telling.
   */
  noteFailed(
    domain: string,
    failure: { readonly sinceMs: number; readonly reason: string },
  ): Promise<boolean>;

  /** @returns an empty record for a domain that never was synced. */
  read(domain: string): Promise<SyncRecord>;
}
