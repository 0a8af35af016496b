import type { SubmissionKey } from '../campaign/keys';

/** Asks to compare what one call to Mailgun brought about with Mailgun's own events. */
export interface ReconcileRequest extends SubmissionKey {
  /** Mailgun sending domain of the call. */
  readonly domain: string;
  /** The id the call is made under, without angle brackets. */
  readonly messageId: string;
  /** Which call of its submission: the attempts it counts once the call is claimed. */
  readonly attempt: number;
  /** When it is made; milliseconds since the Unix epoch, UTC. */
  readonly calledAtMs: number;
  /** From when on Mailgun delivers: the same, or later where the message is scheduled. */
  readonly deliversFromMs: number;
}

/** Takes such requests. Implemented in `adapters/sqs`. */
export interface ReconcileRequests {
  /**
   * Stores a request durably. Storing one again is harmless.
   *
   * @throws {TransientError} when it is not known to be stored.
   */
  request(request: ReconcileRequest): Promise<void>;
}

/** Where nothing is reconciled. */
export const NOT_RECONCILED: ReconcileRequests = { request: () => Promise.resolve() };
