import { submissionName, type Acceptance } from './effects';
import type { Dependencies } from './dependencies';
import { LruCache } from './lru-cache';

/** Submissions that are kept in memory as known to be accepted. */
const CAPACITY = 10_000;

/** How long a submission is not asked about again. A submission lives longer than a worker's memory of it. */
const KNOWN_FOR_MS = 10 * 60_000;

/**
 * Notes that events prove a submission accepted, once in a while: a submission of a thousand
 * recipients has thousands of events, and the first one says it.
 */
export function createNoteAcceptance({
  acceptance,
  clock,
}: Pick<Dependencies, 'acceptance' | 'clock'>) {
  const notedAtMs = new LruCache<string, number>(CAPACITY);

  /** @throws {TransientError} when it can't be stored; it is then not remembered either. */
  return async ({ submission, messageId }: Acceptance): Promise<void> => {
    const name = submissionName(submission);
    const now = clock();
    if (now - (notedAtMs.get(name) ?? -Infinity) < KNOWN_FOR_MS) return;

    await acceptance.acceptedByEvidence(submission, messageId, now);
    notedAtMs.set(name, now);
  };
}
