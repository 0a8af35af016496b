import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from '../options';
import type { Reply } from './call';
import { RateLimit } from './rate-limit';

/** Stands before every endpoint of Mailgun's: checks the key and the account's request limit. */
export class Gate {
  private readonly limit: RateLimit;

  constructor(private readonly settings: Settings) {
    this.limit = new RateLimit(settings.requestsPerMinute);
  }

  /** @returns the answer to a call that may not pass. */
  refuse(headers: IncomingHttpHeaders, nowMs: number): Reply | undefined {
    if (!this.knows(headers.authorization)) return { status: 401, body: 'Forbidden' };
    if (this.limit.count(nowMs)) return undefined;

    const wait = this.limit.waitSeconds(nowMs);
    const message = `account-requests-per-min limit exceeded, try again after ${String(wait)} seconds`;
    return { status: 429, body: { message }, headers: this.limit.headers(nowMs) };
  }

  /** Headers that every answer has. */
  headers(nowMs: number): Record<string, string> {
    return this.limit.headers(nowMs);
  }

  private knows(authorization: string | undefined): boolean {
    const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (encoded === undefined) return false;

    const [user, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const key = rest.join(':');
    if (user !== 'api' || key === '') return false;
    return this.settings.anyKey || this.settings.apiKeys.includes(key);
  }
}
