import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { Answer, TransportFault } from '../../core/submission/answer';
import { FreshAgent } from './fresh-agent';

/** A response longer than this is cut: most of Mailgun's are a few hundred bytes. */
export const MAX_RESPONSE_BYTES = 1_048_576;

/** One HTTP request. */
export interface TransportRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** The request is given up at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/** What came of a request: an answer, or a fault that says whether anything may have been sent. */
export type TransportResult = { readonly answer: Answer } | { readonly fault: TransportFault };

/** Limits of a {@link Transport}. */
export interface TransportOptions {
  /**
   * Longest time until a connection stands, TLS included, in milliseconds.
   *
   * @default 10000
   */
  readonly connectTimeoutMs?: number;

  /**
   * Most bytes of a response; what is longer is cut.
   *
   * @default 1048576
   */
  readonly maxResponseBytes?: number;
}

/**
 * Makes HTTP requests, one connection kept alive, no redirect followed and nothing ever repeated.
 *
 * Its one promise: `notSent` is said only while no connection stood, so that a request with
 * `notSent` can't have reached anyone.
 */
export class Transport {
  private readonly agents = new Map<string, FreshAgent>();
  private readonly connectTimeoutMs: number;
  private readonly maxResponseBytes: number;

  constructor({ connectTimeoutMs = 10_000, maxResponseBytes }: TransportOptions = {}) {
    this.connectTimeoutMs = connectTimeoutMs;
    this.maxResponseBytes = maxResponseBytes ?? MAX_RESPONSE_BYTES;
  }

  /** Never rejects. */
  send(request: TransportRequest): Promise<TransportResult> {
    return new Promise((resolve) => {
      const call = new Call(resolve, this.maxResponseBytes);
      const outgoing = this.open(request);
      call.watch(outgoing, this.connectTimeoutMs, request.deadlineMs);
      outgoing.end(request.body);
    });
  }

  private open({ url, method, headers, body }: TransportRequest): ClientRequest {
    const agent = this.agentFor(url.protocol);
    agent.discardIdle();
    const open = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    return open(url, { method, headers: { ...headers, ...length }, agent: agent.agent });
  }

  private agentFor(protocol: string): FreshAgent {
    const known = this.agents.get(protocol);
    if (known !== undefined) return known;

    const agent = new FreshAgent(protocol);
    this.agents.set(protocol, agent);
    return agent;
  }
}

/** One request under way. Settles once; everything that happens later is ignored. */
class Call {
  private connected = false;
  private timers: NodeJS.Timeout[] = [];
  private settled = false;

  constructor(
    private readonly resolve: (result: TransportResult) => void,
    private readonly maxResponseBytes: number,
  ) {}

  watch(outgoing: ClientRequest, connectTimeoutMs: number, deadlineMs: number): void {
    outgoing.once('socket', (socket: Socket & { encrypted?: boolean }) => {
      if (outgoing.reusedSocket || !socket.connecting) this.connected = true;
      else
        socket.once(
          socket.encrypted === true ? 'secureConnect' : 'connect',
          () => (this.connected = true),
        );
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      this.fail(error.code ?? error.name);
    });
    outgoing.once('response', (incoming) => this.read(incoming));

    const untilDeadlineMs = Math.max(0, deadlineMs - Date.now());
    this.giveUpAfter(untilDeadlineMs, outgoing, 'timeout');
    if (connectTimeoutMs < untilDeadlineMs) {
      this.timers.push(
        setTimeout(() => {
          if (!this.connected) this.abort(outgoing, 'connect-timeout');
        }, connectTimeoutMs),
      );
    }
  }

  private read(incoming: IncomingMessage): void {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = () => {
      const body = Buffer.concat(chunks).subarray(0, this.maxResponseBytes);
      this.settle({ answer: answerOf(incoming, body) });
    };
    incoming.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes <= this.maxResponseBytes) return;
      finish();
      incoming.destroy();
    });
    incoming.once('end', finish);
    incoming.once('error', (error: NodeJS.ErrnoException) => this.fail(error.code ?? error.name));
    incoming.once('close', () => this.fail('response-cut'));
  }

  private giveUpAfter(delayMs: number, outgoing: ClientRequest, code: string): void {
    this.timers.push(setTimeout(() => this.abort(outgoing, code), delayMs));
  }

  private abort(outgoing: ClientRequest, code: string): void {
    this.fail(code);
    outgoing.destroy();
  }

  private fail(code: string): void {
    this.settle({ fault: { sent: this.connected ? 'unknown' : 'notSent', code } });
  }

  private settle(result: TransportResult): void {
    if (this.settled) return;
    this.settled = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.resolve(result);
  }
}

function answerOf(incoming: IncomingMessage, body: Buffer): Answer {
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return {
    status: incoming.statusCode ?? 0,
    headers,
    body: body.toString('utf8'),
  };
}
