const MINUTE_MS = 60_000;

/** Requests a minute that the headers speak of where no limit is set. */
const ADVERTISED = 3000;

/** Counts the requests of an account by the minute, and says so in Mailgun's headers. */
export class RateLimit {
  private windowEndsAtMs = 0;
  private requests = 0;

  /** @param perMinute requests allowed; without it none is refused. */
  constructor(private readonly perMinute: number | undefined) {}

  /** Counts one request. @returns whether it is within the limit. */
  count(nowMs: number): boolean {
    this.roll(nowMs);
    this.requests += 1;
    return this.requests <= (this.perMinute ?? Infinity);
  }

  /** Seconds until requests are counted anew, rounded up. */
  waitSeconds(nowMs: number): number {
    return Math.max(1, Math.ceil((this.windowEndsAtMs - nowMs) / 1000));
  }

  /** `X-RateLimit-*`; the reset is in milliseconds, as documented. */
  headers(nowMs: number): Record<string, string> {
    this.roll(nowMs);
    const limit = this.perMinute ?? ADVERTISED;
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - this.requests)),
      'x-ratelimit-reset': String(this.windowEndsAtMs),
    };
  }
  private roll(nowMs: number): void {
    if (nowMs < this.windowEndsAtMs) return;

    this.windowEndsAtMs = nowMs + MINUTE_MS;
    this.requests = 0;
  }
}
