import type { BatchKey } from '../campaign/keys';

/** Why a batch is set aside. */
export type ParkCause =
  | 'campaign-paused'
  | 'account-suspended'
  | 'domain-blocked'
  /** It came near the time its queue would drop it. */
  | 'aged';

/** Names one parked payload. The same message parked again has the same name. */
export interface ParkedKey extends BatchKey {
  readonly domain: string;
  /** Id of the queue message it came with, so that a copy parked later is another payload. */
  readonly messageId: string;
}

/** A payload set aside. */
export interface ParkedPayload {
  /** The send request as it came. */
  readonly body: string;
  readonly groupId?: string;
  readonly cause: ParkCause;
  /** Milliseconds since the Unix epoch, UTC. */
  readonly parkedAtMs: number;
}

/** Which parked payloads are meant. */
export type ParkedScope =
  | { readonly scope: 'campaign'; readonly accountId: string; readonly campaignId: string }
  | { readonly scope: 'account'; readonly accountId: string }
  | { readonly scope: 'domain'; readonly domain: string }
  | { readonly scope: 'all' };

/** One page of a listing. Payloads of one batch, batches of one campaign and so on are neighbours. */
export interface ParkedPage {
  readonly keys: readonly { readonly key: ParkedKey; readonly parkedAtMs: number }[];
  /** Things found on the page whose names say nothing: no version of this project put them there. */
  readonly unreadable: number;
  /** Where the next page begins; `undefined` after the last. */
  readonly next: string | undefined;
}

/**
 * Keeps payloads that wait for a person, outside any queue. Implemented in `adapters/s3`.
 *
 * Every method throws {@link TransientError} when the store does not answer as it should.
 */
export interface ParkedBatches {
  /** Keeps a payload; the same one again replaces it. */
  put(key: ParkedKey, payload: ParkedPayload): Promise<void>;
  /** @param after a {@link ParkedPage.next}. */
  list(scope: ParkedScope, after: string | undefined): Promise<ParkedPage>;
  /**
   * @returns `undefined` when it was released meanwhile.
   * @throws {PermanentError} `unreadable-payload` when nobody can read it.
   */
  get(key: ParkedKey): Promise<ParkedPayload | undefined>;
  /** Forgets a payload; one that is gone already changes nothing. */
  delete(key: ParkedKey): Promise<void>;
}

/** Asks for parked payloads to be looked at, and put back where nothing forbids it any more. */
export interface ReleaseRequests {
  /** @throws {TransientError} when the request may not have been taken. */
  request(scope: ParkedScope): Promise<void>;
}
