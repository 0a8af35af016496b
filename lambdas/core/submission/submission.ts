/** A half-open range of positions of a batch: `from` is in it, `to` is not. */
export interface PositionRange {
  readonly from: number;
  readonly to: number;
}

/**
 * What every state of a submission carries.
 *
 * A submission enters a state at most once for each number of attempts, since every way round
 * leads through `dispatching`, which counts one more. State and attempts together therefore tell
 * whether a record is still the one a worker read.
 */
interface SubmissionBase {
  /** See {@link SubmissionKey.path}. */
  readonly path: string;
  readonly range: PositionRange;
  /** Calls to Mailgun begun so far, whatever became of them. */
  readonly attempts: number;
  /** Raised when an earlier message is known not to exist: the next call goes under another id. */
  readonly revision: number;
  /** When this state was entered; milliseconds since the Unix epoch, UTC. */
  readonly atMs: number;
  /** Positions of the range that are on the suppression list, decided when it was last dispatched. */
  readonly suppressed: ReadonlySet<number>;
  /** Recipients the submission is for: its range without the excluded ones. */
  readonly recipients: number;
}

/** No call is under way, and none was taken. */
export interface PlannedSubmission extends SubmissionBase {
  readonly state: 'planned';
}

/** A call is about to be made or under way, by the one worker that holds the lease. */
export interface DispatchingSubmission extends SubmissionBase {
  readonly state: 'dispatching';
  /** Random; tells the worker's own write, repeated after a lost reply, from another worker's. */
  readonly attemptToken: string;
  /** After this time the worker is dead or has lost its claim; milliseconds since the Unix epoch, UTC. */
  readonly leaseUntilMs: number;
  readonly messageId: string;
}

/** Mailgun took it. Final. */
export interface AcceptedSubmission extends SubmissionBase {
  readonly state: 'accepted';
  /** Without angle brackets: the id Mailgun answered with, or the one evidence carried. */
  readonly messageId: string;
}

/** Mailgun will never take it. Final. */
export interface RefusedSubmission extends SubmissionBase {
  readonly state: 'refused';
  /** The part of the report its recipients are counted in. */
  readonly part: 'refused' | 'invalid';
  /** Mailgun's reason, without addresses. */
  readonly reason: string;
}

/** Mailgun may or may not have taken it. Left by evidence only, never by a timer alone. */
export interface InDoubtSubmission extends SubmissionBase {
  readonly state: 'inDoubt';
  readonly messageId: string;
  /** Why it is not known, such as `timeout` or `http-500`. */
  readonly cause: string;
  /** When the call that is in doubt was begun; milliseconds since the Unix epoch, UTC. */
  readonly calledAtMs: number;
}

/** Its two halves took over. Final. */
export interface SplitSubmission extends SubmissionBase {
  readonly state: 'split';
  /** First position of the second half. */
  readonly at: number;
}

/** Every recipient of its range is excluded: no call is made. Final. */
export interface SkippedSubmission extends SubmissionBase {
  readonly state: 'skipped';
}

/** One submission as it stands. A submission that is not stored is planned, for the first time. */
export type Submission =
  | PlannedSubmission
  | DispatchingSubmission
  | AcceptedSubmission
  | RefusedSubmission
  | InDoubtSubmission
  | SplitSubmission
  | SkippedSubmission;
