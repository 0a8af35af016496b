import type { SubmissionKey } from '../../../lambdas/core/campaign/keys';
import type { MessageIndex } from '../../../lambdas/core/submission/message-index';

/** Message ids in memory. */
export class InMemoryMessageIndex implements MessageIndex {
  readonly entries = new Map<string, SubmissionKey>();

  record(messageId: string, submission: SubmissionKey): Promise<void> {
    this.entries.set(messageId, submission);
    return Promise.resolve();
  }

  find(messageId: string): Promise<SubmissionKey | undefined> {
    return Promise.resolve(this.entries.get(messageId));
  }
}
