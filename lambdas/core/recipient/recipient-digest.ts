import { createHmac } from 'node:crypto';

/** Length of a recipient's digest where it is a key: 16 bytes. */
export const KEY_DIGEST_BYTES = 16;

/** Length of a recipient's digest in a batch's recipients record: 8 bytes. */
export const POSITION_DIGEST_BYTES = 8;

/**
 * Stands for a recipient wherever something is stored: the address itself never is.
 *
 * @param pepper the deployment's secret; without it a digest can't be tied to a guessed address.
 * @param address an address as {@link normaliseAddress} returns it.
 * @returns the first 16 bytes of HMAC-SHA256.
 */
export function recipientDigest(pepper: string, address: string): Buffer {
  return createHmac('sha256', pepper).update(address).digest().subarray(0, KEY_DIGEST_BYTES);
}

/**
 * Finds a recipient's position in a batch.
 *
 * @param digests the recipients record: 8 bytes a recipient, in the order of the batch.
 * @param digest the recipient's digest, 16 bytes or its first 8.
 * @returns the first 0-based position with that digest, or `undefined`. A recipient named twice
 *   has two positions; only the first is ever mailed.
 */
export function positionOf(digests: Uint8Array, digest: Uint8Array): number | undefined {
  return positionFrom(0, digests, digest);
}

/**
 * Finds every position of a recipient in a batch, in order; the same as {@link positionOf}
 * otherwise.
 */
export function positionsOf(digests: Uint8Array, digest: Uint8Array): readonly number[] {
  const positions: number[] = [];
  let position = positionFrom(0, digests, digest);
  while (position !== undefined) {
    positions.push(position);
    position = positionFrom(position + 1, digests, digest);
  }
  return positions;
}

function positionFrom(first: number, digests: Uint8Array, digest: Uint8Array): number | undefined {
  const haystack = Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength);
  const needle = digest.subarray(0, POSITION_DIGEST_BYTES);
  let at = haystack.indexOf(needle, first * POSITION_DIGEST_BYTES);
  // A match that straddles two digests is chance.
  while (at !== -1 && at % POSITION_DIGEST_BYTES !== 0) at = haystack.indexOf(needle, at + 1);
  return at === -1 ? undefined : at / POSITION_DIGEST_BYTES;
}
