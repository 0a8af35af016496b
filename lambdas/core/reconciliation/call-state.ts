import type { AcceptedSubmission, Submission } from '../submission/submission';
import type { ReconcileRequest } from './reconcile-request';

/** What became of the call that a request is about. */
export type CallState =
  /** Mailgun took it. */
  | {
      readonly call: 'accepted';
      readonly messageIds: readonly string[];
      readonly submission: AcceptedSubmission;
    }
  /** Mailgun may have it: it is under way, or in doubt. */
  | { readonly call: 'open'; readonly messageIds: readonly string[] }
  /** Its worker died before the claim, lost it to another one, or is about to make it. */
  | { readonly call: 'unclaimed' }
  /** Mailgun did not take it, or a later call took its place, which has a request of its own. */
  | { readonly call: 'over' };

/** Reads it from the submission as it is stored. */
export function callState(
  submission: Submission | undefined,
  { attempt, messageId }: ReconcileRequest,
): CallState {
  if (submission === undefined || submission.attempts < attempt) return { call: 'unclaimed' };
  if (submission.attempts > attempt) return { call: 'over' };

  switch (submission.state) {
    case 'accepted': {
      // Mailgun may have given it an id of its own.
      const messageIds = [...new Set([messageId, submission.messageId])];
      return { call: 'accepted', messageIds, submission };
    }
    case 'dispatching':
    case 'inDoubt':
      return { call: 'open', messageIds: [messageId] };
    case 'planned':
    case 'refused':
    case 'split':
    case 'skipped':
      return { call: 'over' };
  }
}
