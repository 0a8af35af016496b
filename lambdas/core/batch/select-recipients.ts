import { normaliseAddress } from '../recipient/address';
import { POSITION_DIGEST_BYTES, recipientDigest } from '../recipient/recipient-digest';
import type { RecipientRecord } from '../recipient/recipient-records';

/** The audience of a batch, position by position. */
export interface Audience {
  /** Mailgun sending domain that mails them, lower-cased. */
  readonly domain: string;
  /** Normalised addresses by position; `undefined` where the recipient is invalid. */
  readonly addresses: readonly (string | undefined)[];
  /** Digests of 16 bytes by position; `undefined` where the recipient is invalid. */
  readonly digests: readonly (Buffer | undefined)[];
  /** Positions that can't be mailed as they are. */
  readonly invalid: ReadonlySet<number>;
  /** Positions whose address stands earlier in the batch. */
  readonly duplicate: ReadonlySet<number>;
}

/**
 * Tells who of a batch can be mailed at all. The same recipients always give the same answer, so
 * a batch begun again excludes the same positions.
 *
 * @param emails addresses as the producer wrote them, by position; `undefined` where the recipient
 *   can't be mailed for a reason other than the address.
 * @returns invalid and duplicate positions, disjoint.
 */
export function selectAudience(
  { pepper, domain }: { readonly pepper: string; readonly domain: string },
  emails: readonly (string | undefined)[],
): Audience {
  const invalid = new Set<number>();
  const duplicate = new Set<number>();
  const seen = new Set<string>();
  const addresses = emails.map((email, position) => {
    const address = email === undefined ? undefined : normaliseAddress(email);
    if (address === undefined) invalid.add(position);
    else if (seen.has(address)) duplicate.add(position);
    else seen.add(address);
    return address;
  });
  const digests = addresses.map((address) =>
    address === undefined ? undefined : recipientDigest(pepper, address),
  );
  return { domain, addresses, digests, invalid, duplicate };
}

/** What is remembered of an audience. */
export function recipientsRecord({ domain, digests }: Audience): RecipientRecord {
  const nobody = Buffer.alloc(POSITION_DIGEST_BYTES);
  return {
    domain,
    digests: Buffer.concat(
      digests.map((digest) => digest?.subarray(0, POSITION_DIGEST_BYTES) ?? nobody),
    ),
  };
}
