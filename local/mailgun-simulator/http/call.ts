import type { IncomingHttpHeaders } from 'node:http';

/** One request to the simulator, read to its end. */
export interface Call {
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Decoded values of the route's `:parameters`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
  /** `http://127.0.0.1:port`, as the caller reached it; paging links begin with it. */
  readonly origin: string;
}

/** An answer. An object is sent as JSON, a text as plain text. */
export interface Reply {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ends a call with an answer from anywhere below its handler. */
export class Refusal extends Error {
  /** @param body the answer; a text becomes `{"message": text}`. */
  constructor(
    readonly status: number,
    readonly body: object,
  ) {
    super(`refused with status ${String(status)}`);
  }
}

/** A refusal in the form of most of Mailgun's errors: `{"message": …}`. */
export function refusal(status: number, message: string): Refusal {
  return new Refusal(status, { message });
}

/** A `200` with a JSON body. */
export function ok(body: object): Reply {
  return { status: 200, body };
}

/** Value of a route parameter that the route is certain to have. */
export function parameter(call: Call, name: string): string {
  return call.parameters[name] ?? '';
}
