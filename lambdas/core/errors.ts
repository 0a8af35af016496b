/**
 * A fault that stopped one unit of work: one message, one webhook call, one request.
 *
 * Expected outcomes (suppressed, duplicate, bounced, refused) are return values, never errors.
 * Every subclass answers the only question its caller asks: is another attempt worth making?
 * Messages name ids, limits and counts, never an address, a body, a key or a signature.
 */
export abstract class MailerError extends Error {
  /** Whether the same input may succeed later without a person changing anything. */
  abstract readonly retryable: boolean;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A message that can never be processed as it is: it goes to the dead-letter queue with its reason. */
export class PermanentError extends MailerError {
  readonly retryable = false;

  /** @param code stable, machine-readable reason in kebab case, such as `unknown-domain`. */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A store or a service of ours did not answer as it should; the same input may succeed later. */
export class TransientError extends MailerError {
  readonly retryable = true;
}

/**
 * Names a fault for a log: its class, and that of its cause unless it is named already. Only our own
 * errors promise to hold no address, so only their text is shown. Never throws.
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, cause } = error;
  const fault = error instanceof MailerError ? `${name}: ${message}` : name;
  return cause instanceof Error && !fault.endsWith(cause.name) ? `${fault} (${cause.name})` : fault;
}
