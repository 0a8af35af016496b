import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LocalCloudError, PortInUseError } from '../cloud-error';

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** A server that holds its port first and learns later what to answer. */
export class HttpListener {
  #handler: RequestHandler | undefined;

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.#answer(request, response));
    server.keepAliveTimeout = 60_000;
  }

  /**
   * @param port 0 for any free port.
   * @throws {PortInUseError} when another process listens there.
   */
  static async open(port: number, purpose: string): Promise<HttpListener> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        reject(
          error.code === 'EADDRINUSE'
            ? new PortInUseError(port, purpose)
            : new LocalCloudError(`${purpose} can't listen on port ${port}: ${error.message}`),
        );
      });
      server.listen(port, '127.0.0.1', resolve);
    });
    return new HttpListener(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  serve(handler: RequestHandler): void {
    this.#handler = handler;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (this.#handler === undefined) answerJson(response, 503, { message: 'starting' });
      else await this.#handler(request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else answerJson(response, 500, { message: 'Internal Server Error' });
    }
  }
}

export function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** @returns the body, or `undefined` when it is longer than `limit` bytes: the rest is read and dropped. */
export async function readBody(
  request: IncomingMessage,
  limit = Infinity,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  return length > limit ? undefined : Buffer.concat(chunks);
}
