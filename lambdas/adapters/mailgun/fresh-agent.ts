import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/** Sockets idle for longer than this are not used again, in milliseconds. */
const MAX_IDLE_MS = 4000;

/**
 * A keep-alive agent that never hands out a connection the server may have closed meanwhile.
 *
 * A request written to a dead connection has an unknown outcome, and a frozen Lambda sandbox lets
 * connections die unseen: timers don't fire in it, so idleness is judged by the clock on reuse.
 */
export class FreshAgent {
  private readonly freedAtMs = new WeakMap<Duplex, number>();
  readonly agent: HttpAgent | HttpsAgent;

  constructor(protocol: string) {
    const Agent = protocol === 'http:' ? HttpAgent : HttpsAgent;
    this.agent = new Agent({ keepAlive: true, maxSockets: 4 });
    this.agent.on('free', (socket: Duplex) => this.freedAtMs.set(socket, Date.now()));
  }

  /** Closes connections that have been idle for too long. Call before each request. */
  discardIdle(): void {
    const oldest = Date.now() - MAX_IDLE_MS;
    for (const sockets of Object.values(this.agent.freeSockets)) {
      for (const socket of sockets ?? []) {
        if ((this.freedAtMs.get(socket) ?? 0) < oldest) socket.destroy();
      }
    }
  }
}
