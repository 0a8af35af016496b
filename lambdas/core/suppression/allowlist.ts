/**
 * Addresses and domains that never get on the bounce list, as Mailgun's allowlist has them.
 * Implemented in `adapters/dynamodb`.
 *
 * Every method throws {@link TransientError} when the store can't be read or written.
 */
export interface Allowlist {
  /**
   * @param digests of the address and of its domain, 16 bytes each.
   * @returns whether one of them is on the allowlist of a sending domain.
   */
  allows(domain: string, digests: readonly Uint8Array[]): Promise<boolean>;

  /** Puts entries on it, or notes that they are still there. @param atMs beginning of the sync. */
  note(domain: string, digests: readonly Uint8Array[], atMs: number): Promise<void>;

  /** Every entry, as hexadecimal digests. */
  all(domain: string): Promise<ReadonlySet<string>>;

  /** Takes off what no sync noted that began at this time or later. */
  forgetBefore(domain: string, atMs: number): Promise<void>;
}

/** What is digested of an address besides itself: its domain, which no address equals. */
export function mailDomainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
