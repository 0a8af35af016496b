import type { BatchWithSubmissions } from '../batch/batch-books';
import type { Submission } from '../submission/submission';

/** Every part a campaign's audience can be divided into, in the order a report lists them. */
export const RECIPIENT_PARTS = [
  'accepted',
  'suppressed',
  'invalid',
  'duplicate',
  'refused',
  'parked',
  'pending',
  'inDoubt',
] as const;

/** The one part of the report a recipient is counted in. */
export type RecipientPart = (typeof RECIPIENT_PARTS)[number];

/** How many recipients are in each part. */
export type RecipientCounts = Readonly<Record<RecipientPart, number>>;

/**
 * The submission that answers for a position now, or `undefined` where none is stored.
 *
 * A submission that was split answers for nothing: its halves took over. Where a reading saw both
 * a submission from before its split and a half from after, the half is the later truth.
 */
export function submissionFor(
  submissions: readonly Submission[],
  position: number,
): Submission | undefined {
  let answering: Submission | undefined;
  for (const submission of submissions) {
    const { state, range, path } = submission;
    if (state === 'split' || position < range.from || position >= range.to) continue;
    if (answering === undefined || path.length > answering.path.length) answering = submission;
  }
  return answering;
}

/**
 * Decides which part the recipient at a position is counted in. Every position is in exactly one
 * part, whatever is stored and however little of it was read.
 *
 * An exclusion that was decided for good outranks the state of a submission. What no stored fact
 * accounts for is `pending`.
 */
export function partOf(
  { batch, submissions }: BatchWithSubmissions,
  position: number,
): RecipientPart {
  if (batch.invalid.has(position)) return 'invalid';
  if (batch.duplicate.has(position)) return 'duplicate';

  const submission = submissionFor(submissions, position);
  const waiting = batch.state === 'parked' ? 'parked' : 'pending';
  if (submission === undefined) return waiting;
  if (submission.suppressed.has(position)) return 'suppressed';

  return partOfState(submission, waiting);
}

/** Divides one batch's audience into parts; the parts add up to it. */
export function partsOf(batch: BatchWithSubmissions): RecipientCounts {
  const counts = noRecipients();
  for (let position = 0; position < batch.batch.audience; position += 1) {
    counts[partOf(batch, position)] += 1;
  }
  return counts;
}

/** Counts of no recipients, to be added to. */
export function noRecipients(): Record<RecipientPart, number> {
  return Object.fromEntries(RECIPIENT_PARTS.map((part) => [part, 0])) as Record<
    RecipientPart,
    number
  >;
}

function partOfState(submission: Submission, waiting: 'parked' | 'pending'): RecipientPart {
  switch (submission.state) {
    case 'accepted':
    case 'inDoubt':
      return submission.state;
    case 'refused':
      return submission.part;
    case 'planned':
      return waiting;
    case 'dispatching':
    case 'skipped':
    case 'split':
      return 'pending';
  }
}
