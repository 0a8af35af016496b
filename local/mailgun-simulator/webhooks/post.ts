import * as dns from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';

/** Names below `localhost` are this machine (RFC 6761, 6.3), whatever the resolver knows. */
const lookup: LookupFunction = (name, options, done) =>
  dns.lookup(name.endsWith('.localhost') ? 'localhost' : name, options, done);

/** Posts JSON over connections that are kept open, a bounded number of them. */
export class Poster {
  private readonly agents;

  constructor(
    connections: number,
    private readonly timeoutMs: number,
  ) {
    const options = {
      keepAlive: true,
      maxSockets: connections,
      scheduling: 'fifo',
      lookup,
    } as const;
    this.agents = { http: new http.Agent(options), https: new https.Agent(options) };
  }

  /**
   * Posts a body once. Redirects are not followed.
   *
   * @param done called once, with the status or with `undefined` when there was no answer in time.
   */
  post(url: string, body: string, done: (status: number | undefined) => void): void {
    const target = new URL(url);
    const secure = target.protocol === 'https:';
    const request = (secure ? https : http).request(target, {
      method: 'POST',
      agent: secure ? this.agents.https : this.agents.http,
      timeout: this.timeoutMs,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Go-http-client/1.1',
      },
    });
    let settled = false;
    const settle = (status: number | undefined) => {
      if (settled) return;
      settled = true;
      clearTimeout(deadline);
      done(status);
    };
    // A socket's timeout starts anew with every byte; this one does not.
    const deadline = setTimeout(() => request.destroy(new Error('timeout')), this.timeoutMs);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => settle(response.statusCode));
      response.on('error', () => settle(undefined));
      response.on('close', () => settle(undefined));
    });
    request.on('error', () => settle(undefined));
    request.end(body);
  }

  /** Ends every connection; calls under way end without an answer. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }
}
