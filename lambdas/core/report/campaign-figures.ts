import type { BatchBooks } from '../batch/batch-books';
import type { CampaignKey } from '../campaign/keys';
import type { Tallies, Tally } from '../tally/tally';
import { addOutcomes, NO_OUTCOMES, outcomesOf, type OutcomeSums } from './outcomes';
import { noRecipients, partsOf, RECIPIENT_PARTS, type RecipientCounts } from './recipient-parts';

/** Everything that is counted of a campaign, or of a part of what is stored of it. */
export interface CampaignFigures {
  /** Batches begun. */
  readonly batches: number;
  readonly recipients: RecipientCounts;
  readonly sums: OutcomeSums;
}

/** A reading of a campaign's figures: what is counted so far, and which segments that is. */
export interface FiguresReading {
  /** When it began; milliseconds since the Unix epoch, UTC. */
  readonly asOfMs: number;
  /** How long it has been at work, in milliseconds. */
  readonly tookMs: number;
  readonly figures: CampaignFigures;
  /** Segments that are counted: `0` for the batches, `1` and up for a shard of the tallies each. */
  readonly done: readonly number[];
}

/** Where figures are read from. */
export interface FiguresPorts {
  readonly books: Pick<BatchBooks, 'read'>;
  readonly tallies: Pick<Tallies, 'shards' | 'readShard'>;
}

/** Segments read at once: enough to hide each other's latency, few enough for some to end early. */
const SEGMENTS_AT_ONCE = 4;

/** A reading that has not begun. */
export function newReading(asOfMs: number): FiguresReading {
  const figures = { batches: 0, recipients: noRecipients(), sums: NO_OUTCOMES };
  return { asOfMs, tookMs: 0, figures, done: [] };
}

/** Whether a reading has counted everything. */
export function isComplete({ tallies }: FiguresPorts, { done }: FiguresReading): boolean {
  return done.length === tallies.shards + 1;
}

/**
 * Counts a campaign segment by segment. Every segment holds whole batches, so the figures of all add
 * up, whenever each was read. Holds a page of a few segments at a time, so memory does not grow with
 * the campaign.
 *
 * @param goOn asked before each segment; `false` ends the reading where it is.
 * @returns the reading as far as it came, its `tookMs` as it was.
 */
export async function continueReading(
  ports: FiguresPorts,
  key: CampaignKey,
  reading: FiguresReading,
  goOn: () => Promise<boolean>,
): Promise<FiguresReading> {
  const open = Array.from({ length: ports.tallies.shards + 1 }, (_unused, segment) => segment)
    .filter((segment) => !reading.done.includes(segment))
    .values();
  let { figures } = reading;
  const done = [...reading.done];
  const worker = async (): Promise<void> => {
    for (let next = open.next(); next.done !== true; next = open.next()) {
      if (!(await goOn())) return;
      const counted = await readSegment(ports, key, next.value);
      figures = addFigures(figures, counted);
      done.push(next.value);
    }
  };
  await Promise.all(Array.from({ length: SEGMENTS_AT_ONCE }, worker));
  return { ...reading, figures, done };
}

async function readSegment(
  { books, tallies }: FiguresPorts,
  key: CampaignKey,
  segment: number,
): Promise<CampaignFigures> {
  const nothing = newReading(0).figures;
  return segment === 0
    ? { ...nothing, ...(await sumRecipients(books, key)) }
    : { ...nothing, sums: await sumOutcomes(tallies, key, segment - 1) };
}

function addFigures(left: CampaignFigures, right: CampaignFigures): CampaignFigures {
  const recipients = noRecipients();
  for (const part of RECIPIENT_PARTS) {
    recipients[part] = left.recipients[part] + right.recipients[part];
  }
  return {
    batches: left.batches + right.batches,
    recipients,
    sums: addOutcomes(left.sums, right.sums),
  };
}

async function sumRecipients(books: FiguresPorts['books'], key: CampaignKey) {
  const recipients = noRecipients();
  let batches = 0;
  for await (const batch of books.read(key)) {
    const counts = partsOf(batch);
    for (const part of RECIPIENT_PARTS) recipients[part] += counts[part];
    batches += 1;
  }
  return { batches, recipients };
}

async function sumOutcomes(
  tallies: FiguresPorts['tallies'],
  key: CampaignKey,
  shard: number,
): Promise<OutcomeSums> {
  let sums = NO_OUTCOMES;
  let ofOneBatch: Tally[] = [];
  for await (const tally of tallies.readShard(key, shard)) {
    // The tallies of one batch follow one another, so another batch means the last one is complete.
    if (ofOneBatch[0] !== undefined && ofOneBatch[0].batch.batchId !== tally.batch.batchId) {
      sums = addOutcomes(sums, outcomesOf(ofOneBatch));
      ofOneBatch = [];
    }
    ofOneBatch.push(tally);
  }
  return addOutcomes(sums, outcomesOf(ofOneBatch));
}
