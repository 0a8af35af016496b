import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { filled, isTaken, type ApiFault } from '../faults/api-faults';
import type { Mailgun } from '../mailgun';
import { Refusal, type Call, type Reply } from './call';
import { Gate } from './gate';
import { readBody } from './read-body';
import type { Match, Router } from './router';
import { writeReply } from './write-reply';

/** What a request leads to, and the fault it meets. */
interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly method: string;
  readonly match: Match | undefined;
  readonly endpoint: string;
  readonly fault: ApiFault;
  /** Whether this is the simulator's own API, which has no key, no faults and no books. */
  readonly own: boolean;
}

/** Serves Mailgun's API and the simulator's own over HTTP. */
export class ApiServer {
  readonly server: Server;
  private readonly gate: Gate;

  constructor(
    private readonly mailgun: Mailgun,
    private readonly router: Router,
  ) {
    this.gate = new Gate(mailgun.settings);
    this.server = createServer((request, response) => {
      void this.serve(request, response);
    });
    this.server.keepAliveTimeout = 60_000;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const visit = this.visit(request, response);
    try {
      await this.answer(visit);
    } catch {
      // The caller went away in the middle of its request: there is nobody to answer.
      response.destroy();
      this.note(visit, 'gone');
    }
  }

  private visit(request: IncomingMessage, response: ServerResponse): Visit {
    const base = `http://${request.headers.host ?? '127.0.0.1'}`;
    // A path such as `//` is no URL; nothing is there either.
    const url = URL.parse(request.url ?? '/', base) ?? new URL('http://127.0.0.1/no-url');
    const method = request.method ?? 'GET';
    const match = this.router.find(method, url.pathname);
    const endpoint = match?.route.endpoint ?? 'unknown';
    const own = url.pathname.startsWith('/__simulator');
    const domain = match?.parameters['domain'];
    const call = { endpoint, path: url.pathname, method, domain };
    const fault = (own ? undefined : this.mailgun.faults.pickForCall(call)) ?? {};
    return { request, response, url, method, match, endpoint, fault, own };
  }

  private async answer(visit: Visit): Promise<void> {
    const { request, response, fault } = visit;
    if (fault.reset === 'headers') {
      this.resetConnection(visit);
      return;
    }
    if (fault.reset === 'body') {
      request.once('data', () => this.resetConnection(visit));
      request.once('end', () => this.resetConnection(visit));
      return;
    }
    const body = await bodyOf(request);
    if (fault.reset === 'before') {
      this.resetConnection(visit);
      return;
    }
    if (fault.delay === 'before') await pause(fault.delayMs ?? 0);
    if (isGone(response)) {
      this.note(visit, 'gone');
      return;
    }

    const reply = isTaken(fault) ? await this.reply(visit, body) : undefined;
    if (fault.reset === 'after') {
      this.resetConnection(visit);
      return;
    }
    if (fault.hang === true) {
      this.note(visit, 'hang');
      return;
    }
    if (fault.delay !== 'before' && fault.delayMs !== undefined) await pause(fault.delayMs);
    if (isGone(response)) {
      this.note(visit, 'gone');
      return;
    }

    const final = this.scripted(visit, reply);
    writeReply(response, final, fault);
    this.note(visit, final.status);
  }

  private async reply(visit: Visit, body: Buffer | Refusal): Promise<Reply> {
    const { request, match, url, method, own } = visit;
    const refused =
      own || url.pathname === '/' ? undefined : this.gate.refuse(request.headers, Date.now());
    if (refused) return refused;
    if (!match) return { status: 404, body: '404 page not found' };
    if (body instanceof Refusal) return { status: body.status, body: body.body };
    const call: Call = {
      method,
      path: url.pathname,
      query: url.searchParams,
      parameters: match.parameters,
      headers: request.headers,
      body,
      origin: url.origin,
    };
    try {
      return await match.route.handle(call);
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      // A defect of the simulator: the caller sees what Mailgun would say, a person sees why.
      process.emitWarning(error as Error);
      return { status: 500, body: { message: 'Internal Server Error' } };
    }
  }

  /** Mailgun's answer with the headers of a fault, or the fault's own answer and nothing else. */
  private scripted({ fault, match, own }: Visit, reply: Reply | undefined): Reply {
    const status = fault.status ?? (fault.acceptThen500 === true ? 500 : reply?.status) ?? 200;
    const domain = match?.parameters['domain'];
    const fill = (text: string) => filled(text, Date.now(), domain);
    const headers = Object.fromEntries(
      Object.entries(fault.headers ?? {}).map(([name, value]) => [name.toLowerCase(), fill(value)]),
    );
    if (fault.body === undefined && reply?.status === status) {
      const usual = own ? {} : this.gate.headers(Date.now());
      return { status, body: reply.body, headers: { ...usual, ...reply.headers, ...headers } };
    }
    return { status, ...scriptedBody(fault, status, fill, headers) };
  }

  private resetConnection(visit: Visit): void {
    if (visit.request.socket.destroyed) return;
    visit.request.socket.resetAndDestroy();
    this.note(visit, 'reset');
  }

  private note(visit: Visit, result: number | 'reset' | 'hang' | 'gone'): void {
    if (!visit.own) this.mailgun.calls.note(visit.endpoint, result);
  }
}

/** Does not keep a stopped simulator's process alive. */
function pause(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}

function isGone(response: ServerResponse): boolean {
  return response.destroyed;
}

function scriptedBody(
  { body }: ApiFault,
  status: number,
  fill: (text: string) => string,
  headers: Record<string, string>,
): Pick<Reply, 'body' | 'headers'> {
  if (typeof body === 'string') return { body: fill(body), headers };
  if (body !== undefined) {
    return {
      body: fill(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', ...headers },
    };
  }
  const message = status >= 500 ? 'Internal Server Error' : 'scripted by a fault';
  return { body: { message }, headers };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | Refusal> {
  try {
    return await readBody(request);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
