import { beginWindow, type Batch } from '../../../lambdas/core/batch/batch';
import type { BatchBooks, BatchWithSubmissions } from '../../../lambdas/core/batch/batch-books';
import type {
  BatchContent,
  BatchLedger,
  BeginOutcome,
} from '../../../lambdas/core/batch/batch-ledger';
import type { BatchKey, CampaignKey, SubmissionKey } from '../../../lambdas/core/campaign/keys';
import type { AcceptanceEvidence } from '../../../lambdas/core/submission/acceptance-evidence';
import { accepted } from '../../../lambdas/core/submission/dispatch';
import type { Submission } from '../../../lambdas/core/submission/submission';

interface Entry {
  readonly key: BatchKey;
  readonly contentDigest: string;
  batch: Batch;
  readonly submissions: Map<string, Submission>;
  readonly beginWindows: Set<number>;
}

/** The records of batches in memory: ledger, books and evidence over the same entries. */
export class InMemoryBatchLedger implements BatchLedger, BatchBooks, AcceptanceEvidence {
  private readonly entries = new Map<string, Entry>();

  begin(content: BatchContent, atMs: number): Promise<BeginOutcome> {
    const { key, contentDigest, domain, audience, invalid, duplicate } = content;
    const entry = this.entries.get(nameOf(key)) ?? {
      key,
      contentDigest,
      submissions: new Map<string, Submission>(),
      beginWindows: new Set<number>(),
      batch: {
        ...{ batchId: key.batchId, domain, audience, invalid, duplicate },
        ...{ state: 'open' as const, begunWithoutEnd: 0, firstBegunAtMs: atMs },
      },
    };
    if (entry.contentDigest !== contentDigest) return Promise.resolve({ outcome: 'conflict' });

    entry.beginWindows.add(beginWindow(atMs));
    entry.batch = { ...entry.batch, begunWithoutEnd: entry.beginWindows.size };
    this.entries.set(nameOf(key), entry);
    return Promise.resolve({ outcome: 'begun', batch: entry.batch });
  }

  end(key: BatchKey, state: 'open' | 'ended'): Promise<void> {
    const entry = this.entries.get(nameOf(key));
    if (entry === undefined) return Promise.reject(new Error('no such batch'));

    entry.beginWindows.clear();
    const { parkedMessageId, ...batch } = entry.batch;
    entry.batch =
      state === 'ended'
        ? { ...batch, state, begunWithoutEnd: 0 }
        : { ...entry.batch, begunWithoutEnd: 0 };
    return Promise.resolve();
  }

  park(key: BatchKey, messageId: string): Promise<void> {
    const entry = this.entries.get(nameOf(key));
    if (entry !== undefined && entry.batch.state !== 'ended') {
      entry.beginWindows.clear();
      const parked = { state: 'parked', parkedMessageId: messageId } as const;
      entry.batch = { ...entry.batch, ...parked, begunWithoutEnd: 0 };
    }
    return Promise.resolve();
  }

  unpark(key: BatchKey, messageId: string): Promise<void> {
    const entry = this.entries.get(nameOf(key));
    if (entry?.batch.state === 'parked' && entry.batch.parkedMessageId === messageId) {
      const { parkedMessageId, ...batch } = entry.batch;
      entry.batch = { ...batch, state: 'open' };
    }
    return Promise.resolve();
  }

  find({ path, ...batch }: SubmissionKey): Promise<Submission | undefined> {
    return Promise.resolve(this.entries.get(nameOf(batch))?.submissions.get(path));
  }

  advance(
    batch: BatchKey,
    expected: Submission | undefined,
    next: Submission,
  ): Promise<'stored' | 'overtaken'> {
    const submissions = this.entries.get(nameOf(batch))?.submissions;
    if (submissions === undefined) return Promise.reject(new Error('no such batch'));

    const stored = submissions.get(next.path);
    if (!isSame(stored, expected)) {
      return Promise.resolve(isSame(stored, next) ? 'stored' : 'overtaken');
    }
    submissions.set(next.path, next);
    return Promise.resolve('stored');
  }

  async *read(campaign: CampaignKey): AsyncIterable<BatchWithSubmissions> {
    const entries = [...this.entries.values()]
      .filter(
        ({ key }) => key.accountId === campaign.accountId && key.campaignId === campaign.campaignId,
      )
      .sort((a, b) => (a.key.batchId < b.key.batchId ? -1 : 1));
    for (const entry of entries) yield await Promise.resolve(contentsOf(entry));
  }

  readBatch(batch: BatchKey): Promise<BatchWithSubmissions | undefined> {
    const entry = this.entries.get(nameOf(batch));
    return Promise.resolve(entry === undefined ? undefined : contentsOf(entry));
  }

  async acceptedByEvidence(
    submission: SubmissionKey,
    messageId: string | undefined,
    atMs: number,
  ): Promise<void> {
    const stored = await this.find(submission);
    if (stored?.state !== 'dispatching' && stored?.state !== 'inDoubt') return;

    await this.advance(submission, stored, accepted(stored, messageId ?? stored.messageId, atMs));
  }
}

function contentsOf({ batch, submissions }: Entry): BatchWithSubmissions {
  const paths = [...submissions.keys()].sort();
  return { batch, submissions: paths.flatMap((path) => submissions.get(path) ?? []) };
}

function isSame(a: Submission | undefined, b: Submission | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const marks = [a, b].map((one) => {
    if (one.state === 'dispatching') return one.attemptToken;
    return one.state === 'split' ? one.at : '';
  });
  return a.state === b.state && a.attempts === b.attempts && marks[0] === marks[1];
}

const nameOf = ({ accountId, campaignId, batchId }: BatchKey) =>
  [accountId, campaignId, batchId].join('/');
