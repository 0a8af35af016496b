/** One call of the control API, as the logic needs it. */
export interface ControlRequest {
  /** Path parameters by name, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Query parameters by name. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The body as text, or `undefined` without one. */
  readonly body?: string;
}

/** What the control API answers. */
export interface ControlResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call that can't be answered as it is: its status, and what was received and expected. */
export class RequestProblem extends Error {
  /**
   * @param code stable, machine-readable, in kebab case.
   * @param message for the caller; never quotes an address.
   * @param headers what the status must come with, such as `allow` with 405.
   */
  constructor(
    readonly statusCode: 400 | 404 | 405 | 409 | 503,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = new.target.name;
  }
}

/** Answers with a JSON value. */
export function json(
  statusCode: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ControlResponse {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

/** Answers that something is wrong, in the one shape every error has. */
export function problem(
  statusCode: number,
  error: { readonly code: string; readonly message: string },
  headers?: Readonly<Record<string, string>>,
): ControlResponse {
  return json(statusCode, { error: { code: error.code, message: error.message } }, headers);
}
