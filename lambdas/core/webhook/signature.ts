import { createHmac, timingSafeEqual } from 'node:crypto';

/** The part of a webhook call that proves who made it. */
export interface WebhookSignature {
  /** Unix time in seconds, ten digits, exactly as it was sent: it is what was signed. */
  readonly timestamp: string;
  /** The replay token: random, printable ASCII, at most 128 characters. */
  readonly token: string;
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /**
   * 64 hexadecimal digits over the same input, by the key of the primary account. Events of
   * subaccounts have it.
   */
  readonly parentSignature?: string | undefined;
}

/**
 * Whether one of the keys signed this timestamp and token, as the account's own or as that of its
 * primary account. The body of the call is not covered.
 *
 * Takes the same time whichever key fits which signature, or none.
 *
 * @param keys HTTP webhook signing keys; with none, nothing verifies.
 * @returns `false`, never an error, for whatever does not fit.
 * @see Mailgun documentation, "Securing Webhooks": HMAC-SHA256 over timestamp + token, hexadecimal;
 *   `parent-signature`.
 */
export function isSigned(
  { timestamp, token, signature, parentSignature = signature }: WebhookSignature,
  keys: readonly string[],
): boolean {
  const presented = [Buffer.from(signature, 'hex'), Buffer.from(parentSignature, 'hex')];
  let signed = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key)
      .update(timestamp + token)
      .digest();
    for (const candidate of presented) {
      if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) {
        signed = true;
      }
    }
  }
  return signed;
}
