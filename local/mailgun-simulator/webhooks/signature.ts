import { createHmac, randomBytes } from 'node:crypto';

/** The block that proves a webhook call comes from Mailgun. */
export interface SignatureBlock {
  /** 50 hexadecimal digits, used once. */
  readonly token: string;
  /** Seconds since the Unix epoch, as a text. */
  readonly timestamp: string;
  /** Hexadecimal HMAC-SHA256 over timestamp and token: the event is not covered. */
  readonly signature: string;
}

/** Signs a webhook call with a fresh token. */
export function sign(signingKey: string, nowMs: number): SignatureBlock {
  const timestamp = String(Math.floor(nowMs / 1000));
  const token = randomBytes(25).toString('hex');
  const signature = createHmac('sha256', signingKey)
    .update(timestamp + token)
    .digest('hex');
  return { token, timestamp, signature };
}
