import type { CampaignKey, SubmissionKey } from '../campaign/keys';
import type { TallyKind } from '../tally/tally';

/** How many events of each kind were added. */
export type Repaired = Readonly<Partial<Record<TallyKind, number>>>;

/** Where a pass stopped that is not over. */
export interface Reading {
  /** Which of the message's ids is being read, from 0. */
  readonly idIndex: number;
  /** Where its record goes on; `undefined` at its beginning. */
  readonly place: string | undefined;
  /** Pages read so far in this pass. */
  readonly pages: number;
}

/** How far one call to Mailgun is reconciled. */
export interface Checkpoint {
  /** Which call of its submission: see `ReconcileRequest.attempt`. */
  readonly attempt: number;
  readonly passesDone: number;
  readonly reading: Reading | undefined;
  /** Over all passes. */
  readonly repaired: Repaired;
  /** When something was last added; milliseconds since the Unix epoch, UTC. */
  readonly repairedAtMs: number | undefined;
}

/** A checkpoint and the revision it is stored under. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly revision: number;
}

/** What was added to a campaign so far. */
export interface RepairedCampaign {
  readonly repaired: Repaired;
  /** Batches that lacked something. */
  readonly batches: number;
}

/** Keeps one checkpoint a submission. Implemented in `adapters/dynamodb`. */
export interface ReconcileCheckpoints {
  /**
   * Strongly consistent.
   *
   * @throws {TransientError} when it can't be read.
   */
  read(submission: SubmissionKey): Promise<StoredCheckpoint | undefined>;

  /**
   * Replaces a checkpoint. A place too long to be stored is left out: its pass then begins anew.
   *
   * @param seen revision the caller read; `undefined` where there was none.
   * @returns the new revision, or `'overtaken'` when the stored one is another: by another worker,
   *   or by an earlier try of this very write.
   * @throws {TransientError} when it can't be written.
   */
  write(
    submission: SubmissionKey,
    seen: number | undefined,
    checkpoint: Checkpoint,
  ): Promise<number | 'overtaken'>;

  /** Adds up the checkpoints of a campaign. @throws {TransientError} when they can't be read. */
  repairedIn(campaign: CampaignKey): Promise<RepairedCampaign>;
}

/** Before the first pass. */
export const unreconciled = (attempt: number): Checkpoint => ({
  ...{ attempt, passesDone: 0, reading: undefined, repaired: {}, repairedAtMs: undefined },
});

/** Sums of two. */
export function repairedSum(one: Repaired, other: Repaired): Repaired {
  const sum: Partial<Record<TallyKind, number>> = { ...one };
  for (const [kind, count] of Object.entries(other) as [TallyKind, number][]) {
    sum[kind] = (sum[kind] ?? 0) + count;
  }
  return sum;
}

/** How many events that are in all. */
export const repairedCount = (repaired: Repaired): number =>
  Object.values(repaired).reduce((sum, count) => sum + count, 0);
