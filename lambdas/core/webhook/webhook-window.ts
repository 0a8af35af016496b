/** How far a signature's time may lie from ours, in seconds. */
export interface WebhookWindow {
  /** Mailgun repeats a call for 8 hours; whether it signs it again is not documented. */
  readonly maxAgeSeconds: number;
  /** For clocks that differ. */
  readonly maxAheadSeconds: number;
}

/**
 * Whether a call was signed recently enough to be taken.
 *
 * @param timestamp Unix time in seconds, as signed.
 * @param nowMs milliseconds since the Unix epoch, UTC.
 */
export function isWithin(window: WebhookWindow, timestamp: string, nowMs: number): boolean {
  const ageSeconds = nowMs / 1000 - Number(timestamp);
  return ageSeconds <= window.maxAgeSeconds && -ageSeconds <= window.maxAheadSeconds;
}
