import { createHmac, timingSafeEqual } from 'node:crypto';

/** The part of a webhook call that proves who made it. */
export interface WebhookSignature {
  /** Unix time in seconds, ten digits, exactly as it was sent: it is what was signed. */
  readonly timestamp: string;
  /** The replay token: random, printable ASCII, at most 128 characters. */
  readonly token: string;
  /** 64 hexadecimal digits. */
  readonly signature: string;
}

/**
 * Whether one of the keys signed this timestamp and token. The body of the call is not covered.
 *
 * Takes the same time whichever key fits, or none.
 *
 * @param keys HTTP webhook signing keys; with none, nothing verifies.
 * @returns `false`, never an error, for whatever does not fit.
 * @see Mailgun documentation, "Securing Webhooks": HMAC-SHA256 over timestamp + token, hexadecimal.
 */
export function isSigned(
  { timestamp, token, signature }: WebhookSignature,
  keys: readonly string[],
): boolean {
  const presented = Buffer.from(signature, 'hex');
  let signed = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key)
      .update(timestamp + token)
      .digest();
    if (presented.length === expected.length && timingSafeEqual(presented, expected)) signed = true;
  }
  return signed;
}
