import type { BatchKey, SubmissionKey } from '../campaign/keys';
import type { Submission } from '../submission/submission';
import type { Batch } from './batch';

/** What a batch is when it is begun. */
export interface BatchContent {
  readonly key: BatchKey;
  readonly domain: string;
  /** Keyed digest of everything a producer may not change under the same batch id; hex. */
  readonly contentDigest: string;
  readonly audience: number;
  readonly invalid: ReadonlySet<number>;
  readonly duplicate: ReadonlySet<number>;
}

/** What a worker learns when it begins a batch. */
export type BeginOutcome =
  | { readonly outcome: 'begun'; readonly batch: Batch }
  /** The same batch id was begun with another content. */
  | { readonly outcome: 'conflict' };

/**
 * Keeps what became of a batch, so that no worker repeats what another did.
 *
 * Every write is one conditional write of one item. Implemented in `adapters/dynamodb`.
 */
export interface BatchLedger {
  /**
   * Creates the root, or counts one more begin of the same content.
   *
   * @param atMs now; milliseconds since the Unix epoch, UTC.
   */
  begin(content: BatchContent, atMs: number): Promise<BeginOutcome>;

  /** Notes that a worker left the batch in good order, and whether every submission is final. What ended stays ended. */
  end(batch: BatchKey, state: 'open' | 'ended'): Promise<void>;

  /** Notes that the payload of a queue message is set aside. An ended batch stays ended. */
  park(batch: BatchKey, messageId: string): Promise<void>;

  /** Notes that this payload is back on the queue; changes nothing where another one is parked. */
  unpark(batch: BatchKey, messageId: string): Promise<void>;

  /** @returns a submission as it is stored, strongly consistent, or `undefined` if it never was. */
  find(submission: SubmissionKey): Promise<Submission | undefined>;

  /**
   * Replaces a submission by its next state, if it is still in the state the caller saw.
   *
   * @param expected what {@link find} returned, or `undefined` where nothing was stored.
   * @returns `'stored'`, also when an earlier try of this very write went through unseen;
   *   `'overtaken'` when another worker or evidence got there first.
   */
  advance(
    batch: BatchKey,
    expected: Submission | undefined,
    next: Submission,
  ): Promise<'stored' | 'overtaken'>;
}
