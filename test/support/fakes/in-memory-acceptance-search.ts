import type {
  AcceptanceSearch,
  DoubtfulSubmission,
  SearchResult,
} from '../../../lambdas/core/submission/acceptance-search';
import type { SubmissionKey } from '../../../lambdas/core/campaign/keys';

/** A message that Mailgun has. */
export interface TakenMessage {
  readonly domain: string;
  readonly submission: SubmissionKey;
  /** Under which Mailgun has it, without angle brackets. */
  readonly messageId: string;
  readonly recipients: readonly string[];
}

/** Mailgun's events in memory: what was taken is found. */
export class InMemoryAcceptanceSearch implements AcceptanceSearch {
  readonly taken: TakenMessage[] = [];
  /** Answers with these first, one a search. */
  readonly next: SearchResult[] = [];
  /** Then with this, instead of what was taken. */
  instead: SearchResult | undefined;
  searches = 0;

  constructor(private readonly clock: () => number = Date.now) {}

  search(domain: string, doubtful: DoubtfulSubmission, deadlineMs: number): Promise<SearchResult> {
    this.searches += 1;
    if (this.clock() >= deadlineMs) {
      return Promise.resolve({ result: 'later', untilMs: undefined, reason: 'out of time' });
    }
    const scripted = this.next.shift() ?? this.instead;
    if (scripted !== undefined) return Promise.resolve(scripted);

    const { messageId, recipient, submission } = doubtful;
    const found = this.taken.find(
      (message) =>
        message.domain === domain &&
        (message.messageId === messageId ||
          (recipient !== undefined &&
            message.recipients.includes(recipient) &&
            isSame(message.submission, submission))),
    );
    return Promise.resolve(
      found === undefined ? { result: 'absent' } : { result: 'found', messageId: found.messageId },
    );
  }
}

function isSame(one: SubmissionKey, other: SubmissionKey): boolean {
  const nameOf = ({ accountId, campaignId, batchId, path }: SubmissionKey) =>
    [accountId, campaignId, batchId, path].join('\n');
  return nameOf(one) === nameOf(other);
}
