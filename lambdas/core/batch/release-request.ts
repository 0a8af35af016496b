import type { ParkedScope } from './parked-batches';

/** What a walk over parked payloads has found so far. */
export interface ReleaseFindings {
  /** Payloads that nobody can read. */
  readonly unreadable: number;
  /** Payloads still forbidden that the bucket drops in a few days. */
  readonly parkedTooLong: number;
}

/** Asks for parked payloads to be looked at, from some place on. */
export interface ReleaseRequest {
  readonly scope: ParkedScope;
  /** Looks behind this place of the listing only; `undefined` for all. */
  readonly after?: string;
  /** Found before that place. */
  readonly findings: ReleaseFindings;
  /** Whether to tell people, at the end, of what is parked for too long. */
  readonly tells: boolean;
}

/** What a walk has found when it begins. */
export const NOTHING_FOUND: ReleaseFindings = { unreadable: 0, parkedTooLong: 0 };

/** Takes what one invocation could not finish. Implemented in `adapters/sqs`. */
export interface ReleaseContinuations {
  /** @throws {TransientError} when the queue may not have it. */
  continueWith(request: ReleaseRequest): Promise<void>;
}
