import type { BatchBooks, BatchWithSubmissions } from '../batch/batch-books';
import type { CampaignKey } from '../campaign/keys';
import {
  noRecipients,
  partOf,
  RECIPIENT_PARTS,
  submissionFor,
  type RecipientCounts,
} from '../report/recipient-parts';
import type { Tallies, Tally, TallyKind } from '../tally/tally';
import { addCounts, countsBy, NO_COUNTS, type GuardCounts } from './counts';
import { WINDOW_HOURS, type GuardWindow } from './limits';

/** Where counts are read from. */
export interface CountPorts {
  readonly books: Pick<BatchBooks, 'read'>;
  readonly tallies: Pick<Tallies, 'readBatch'>;
}

/** What a campaign comes to at a time. */
export interface GuardReading {
  readonly counts: GuardCounts;
  /** Everybody, whenever accepted, as in the report. */
  readonly recipients: RecipientCounts;
  readonly audience: number;
}

/** Batches whose tallies are read at once. */
const AT_ONCE = 32;

const HOUR_MS = 3_600_000;

/**
 * Counts who was accepted in each window, and what became of them so far. A recipient who bounces
 * counts in the windows of its acceptance, whenever the bounce came, so a rate relates people to
 * people and never passes 1.
 *
 * @param nowMs milliseconds since the Unix epoch, UTC.
 * @param armedSinceMs nobody accepted until then counts; milliseconds since the Unix epoch, UTC.
 */
export async function readCounts(
  { books, tallies }: CountPorts,
  campaign: CampaignKey,
  { nowMs, armedSinceMs }: { readonly nowMs: number; readonly armedSinceMs: number },
): Promise<GuardReading> {
  const startOf = (window: GuardWindow) =>
    Math.max(armedSinceMs, nowMs - WINDOW_HOURS[window] * HOUR_MS);
  const starts = { short: startOf('short'), long: startOf('long') };
  const recipients = noRecipients();
  let counts = NO_COUNTS;

  const add = async (some: readonly BatchInWindow[]): Promise<void> => {
    const each = some.map(async ({ batchId, accepted }) =>
      batchCounts(accepted, await tallies.readBatch({ ...campaign, batchId }), starts),
    );
    for (const ofBatch of await Promise.all(each)) counts = addCounts(counts, ofBatch);
  };

  const waiting: BatchInWindow[] = [];
  for await (const batch of books.read(campaign)) {
    const accepted = countParts(batch, recipients, starts.long);
    if (accepted.size > 0) waiting.push({ batchId: batch.batch.batchId, accepted });
    if (waiting.length === AT_ONCE) await add(waiting.splice(0));
  }
  await add(waiting);
  const audience = RECIPIENT_PARTS.reduce((sum, part) => sum + recipients[part], 0);
  return { counts, recipients, audience };
}

/** When a batch's positions were accepted, of those in the long window. */
type Accepted = ReadonlyMap<number, number>;

interface BatchInWindow {
  readonly batchId: string;
  readonly accepted: Accepted;
}

function countParts(
  batch: BatchWithSubmissions,
  recipients: Record<keyof RecipientCounts, number>,
  afterMs: number,
): Accepted {
  const accepted = new Map<number, number>();
  for (let position = 0; position < batch.batch.audience; position += 1) {
    const part = partOf(batch, position);
    recipients[part] += 1;
    const submission = submissionFor(batch.submissions, position);
    // An excluded position may lie in the range of an accepted submission.
    if (submission?.state !== 'accepted' || part !== 'accepted') continue;
    if (submission.atMs > afterMs) accepted.set(position, submission.atMs);
  }
  return accepted;
}

function batchCounts(
  accepted: Accepted,
  tallies: readonly Tally[],
  starts: Readonly<Record<GuardWindow, number>>,
): GuardCounts {
  const sets = new Map(tallies.map(({ kind, positions }) => [kind, positions]));
  const reached = (kind: TallyKind, position: number) => sets.get(kind)?.has(position) === true;
  const isDelivered = (position: number) =>
    reached('delivered', position) && !reached('bounced', position);
  return countsBy((kind, window) => {
    let [events, of] = [0, 0];
    for (const [position, atMs] of accepted) {
      if (atMs <= starts[window]) continue;
      if (kind === 'complaint' && !isDelivered(position)) continue;
      of += 1;
      if (reached(kind === 'bounce' ? 'bounced' : 'complained', position)) events += 1;
    }
    return { events, of };
  });
}
