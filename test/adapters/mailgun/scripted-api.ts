import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MailgunAccess } from '../../../lambdas/adapters/mailgun/mailgun-access';
import { Transport } from '../../../lambdas/adapters/mailgun/transport';
import type { SecretSource } from '../../../lambdas/core/secrets';
import { InMemorySecrets } from '../../support/fakes/in-memory-secrets';

export const DOMAIN = 'mg.example.com';

/** A scripted answer: a page or another object as JSON, a text as it is. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One request as the scripted API saw it. */
export interface SeenRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly key: string;
}

/** An API on 127.0.0.1 whose answers a test writes. */
export interface ScriptedApi {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** Decides an answer; `undefined` leaves the caller without one. */
  respond: (request: SeenRequest, call: number) => ScriptedAnswer | undefined;
  /** Instead of `respond`: whatever the test wants of the connection. */
  serve: ((response: ServerResponse, request: IncomingMessage) => void) | undefined;
  stop(): void;
}

export async function startScriptedApi(): Promise<ScriptedApi> {
  const api: { -readonly [Name in keyof ScriptedApi]: ScriptedApi[Name] } = {
    url: '',
    requests: [],
    respond: () => ({ body: 'no answer was scripted' }),
    serve: undefined,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer((request, response) => {
    const seen = seenRequest(request);
    api.requests.push(seen);
    if (api.serve !== undefined) {
      api.serve(response, request);
      return;
    }
    const answer = api.respond(seen, api.requests.length);
    if (answer === undefined) return;
    const { status = 200, headers = {}, body = '' } = answer;
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  api.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return api;
}

function seenRequest(request: IncomingMessage): SeenRequest {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const encoded = (request.headers.authorization ?? '').replace('Basic ', '');
  return {
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    key: Buffer.from(encoded, 'base64').toString().replace('api:', ''),
  };
}

/** What an adapter needs to call an API as the worker of `mg.example.com` would. */
export function accessTo(
  apiBaseUrl: string,
  secrets: SecretSource = new InMemorySecrets(),
): MailgunAccess {
  return {
    domains: { [DOMAIN]: { region: 'us', apiBaseUrl } },
    secrets,
    transport: new Transport({ connectTimeoutMs: 500 }),
    clock: Date.now,
  };
}
