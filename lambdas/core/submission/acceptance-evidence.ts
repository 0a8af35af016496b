import type { SubmissionKey } from '../campaign/keys';

/**
 * Takes note that Mailgun has a submission. Any delivery event of it proves that, whatever the
 * worker that made the call came to know. Implemented in `adapters/dynamodb`.
 */
export interface AcceptanceEvidence {
  /**
   * Makes a submission that is dispatching or in doubt accepted. Any other state stays as it is.
   * Idempotent.
   *
   * @param messageId without angle brackets, as the event carried it; `undefined` where it carried
   *   none: the submission then keeps the id it was dispatched under.
   * @param atMs when the evidence was found; milliseconds since the Unix epoch, UTC.
   * @throws {TransientError} when the store can't be read or written.
   */
  acceptedByEvidence(
    submission: SubmissionKey,
    messageId: string | undefined,
    atMs: number,
  ): Promise<void>;
}
