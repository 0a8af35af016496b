import type { SubmissionKey } from '../campaign/keys';

/** Finds a submission by the id of its message. Implemented in `adapters/dynamodb`. */
export interface MessageIndex {
  /** @param messageId without angle brackets. Storing the same pair again changes nothing. */
  record(messageId: string, submission: SubmissionKey): Promise<void>;

  /** @returns the submission that was sent under this id, or `undefined` for mail that is not ours. */
  find(messageId: string): Promise<SubmissionKey | undefined>;
}
