import type { BatchBooks, BatchWithSubmissions } from '../core/batch/batch-books';
import type { CampaignKey } from '../core/campaign/keys';
import { positionsOf } from '../core/recipient/recipient-digest';
import type { RecipientRecords } from '../core/recipient/recipient-records';
import { partOf, submissionFor, type RecipientPart } from '../core/report/recipient-parts';
import type { Submission } from '../core/submission/submission';
import type { Suppression, SuppressionList } from '../core/suppression/suppression';
import { TALLY_KINDS, type Tallies, type TallyKind } from '../core/tally/tally';

/** One place of a recipient in a campaign, and what became of it there. */
export interface RecipientEntry {
  readonly batchId: string;
  /** 0-based. */
  readonly position: number;
  /** Mailgun sending domain of the batch. */
  readonly domain: string;
  /** The part of the report it is counted in. */
  readonly part: RecipientPart;
  /** Why Mailgun refused it, or why its submission is in doubt. */
  readonly reason?: string;
  /** Id of the message it was sent in, without angle brackets; only where it was or may have been sent. */
  readonly messageId?: string;
  /** Every outcome events told of, in the order a report lists them. */
  readonly outcomes: readonly TallyKind[];
}

/** What is known of one recipient of a campaign. */
export interface RecipientLookUp {
  /** In the order of batches and positions. More than one where a producer named it repeatedly. */
  readonly entries: readonly RecipientEntry[];
  /** What keeps it from being mailed, on the domains of these batches. */
  readonly suppressions: readonly Suppression[];
  /** Batches of the campaign that were begun. */
  readonly batches: number;
  /** Those among them whose recipients are not recorded (yet), and could not be searched. */
  readonly unsearchedBatches: number;
}

/** Where a recipient is looked up. */
export interface LookUpPorts {
  readonly books: Pick<BatchBooks, 'read'>;
  readonly records: Pick<RecipientRecords, 'read'>;
  readonly tallies: Pick<Tallies, 'readBatch'>;
  readonly suppressions: Pick<SuppressionList, 'find'>;
}

// 10,000 batches at some 10 ms a read take 6 s so, well within the 30 s an HTTP API waits.
const PARALLEL_READS = 16;

/**
 * Finds a recipient in every batch of a campaign that was begun.
 *
 * @param digest the recipient's digest, 16 bytes.
 */
export async function lookUpRecipient(
  ports: LookUpPorts,
  campaign: CampaignKey,
  digest: Uint8Array,
): Promise<RecipientLookUp> {
  const entries: RecipientEntry[] = [];
  let batches = 0;
  let unsearchedBatches = 0;
  for await (const group of inGroups(ports.books.read(campaign), PARALLEL_READS)) {
    const found = await Promise.all(
      group.map((batch) => findInBatch(ports, campaign, batch, digest)),
    );
    batches += group.length;
    unsearchedBatches += found.filter((list) => list === undefined).length;
    entries.push(...found.flatMap((list) => list ?? []));
  }
  const domains = [...new Set(entries.map(({ domain }) => domain))];
  const stored = await Promise.all(domains.map((name) => ports.suppressions.find(name, digest)));
  return {
    entries,
    suppressions: stored.filter((suppression) => suppression !== undefined),
    batches,
    unsearchedBatches,
  };
}

/** @returns `undefined` for a batch whose recipients are not recorded. */
async function findInBatch(
  { records, tallies }: LookUpPorts,
  campaign: CampaignKey,
  stored: BatchWithSubmissions,
  digest: Uint8Array,
): Promise<readonly RecipientEntry[] | undefined> {
  const key = { ...campaign, batchId: stored.batch.batchId };
  const record = await records.read(key);
  if (record === undefined) return undefined;

  const positions = positionsOf(record.digests, digest);
  const reached = positions.length === 0 ? [] : await tallies.readBatch(key);
  return positions.map((position) => ({
    batchId: key.batchId,
    position,
    domain: stored.batch.domain,
    ...fateOf(stored, position),
    outcomes: TALLY_KINDS.filter((kind) =>
      reached.some((tally) => tally.kind === kind && tally.positions.has(position)),
    ),
  }));
}

function fateOf(
  stored: BatchWithSubmissions,
  position: number,
): Pick<RecipientEntry, 'part' | 'reason' | 'messageId'> {
  const part = partOf(stored, position);
  const submission = submissionFor(stored.submissions, position);
  if (submission === undefined || isExcluded(stored, submission, position)) return { part };

  switch (submission.state) {
    case 'accepted':
      return { part, messageId: submission.messageId };
    case 'inDoubt':
      return { part, messageId: submission.messageId, reason: submission.cause };
    case 'refused':
      return { part, reason: submission.reason };
    case 'planned':
    case 'dispatching':
    case 'skipped':
    case 'split':
      return { part };
  }
}

/** Whether the recipient is left out of its submission, so that nothing of it concerns them. */
function isExcluded(
  { batch }: BatchWithSubmissions,
  submission: Submission,
  position: number,
): boolean {
  return [batch.invalid, batch.duplicate, submission.suppressed].some((set) => set.has(position));
}

async function* inGroups<Item>(items: AsyncIterable<Item>, size: number): AsyncIterable<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
