import type {
  AcceptedSubmission,
  DispatchingSubmission,
  InDoubtSubmission,
  PlannedSubmission,
  PositionRange,
  RefusedSubmission,
  SkippedSubmission,
  SplitSubmission,
  Submission,
} from './submission';

/** Who of a range is mailed and who is not, as decided for one dispatch. */
export interface Selection {
  readonly path: string;
  readonly range: PositionRange;
  /** Positions to mail, ascending. */
  readonly positions: readonly number[];
  /** Positions on the suppression list. */
  readonly suppressed: ReadonlySet<number>;
}

/** The claim of one worker on one call. */
export interface Claim {
  readonly attemptToken: string;
  readonly leaseUntilMs: number;
  readonly messageId: string;
}

/** Which call of its submission the next one is, from 1. */
export const attemptAfter = (before: Submission | undefined): number => (before?.attempts ?? 0) + 1;

/** The state that precedes a call: written before the first byte leaves. */
export function dispatching(
  selection: Selection,
  before: Submission | undefined,
  claim: Claim,
  atMs: number,
): DispatchingSubmission {
  return {
    ...base(selection, before, atMs),
    ...claim,
    attempts: attemptAfter(before),
    state: 'dispatching',
  };
}

/** The final state of a range in which nobody is left to mail. */
export function skipped(
  selection: Selection,
  before: Submission | undefined,
  atMs: number,
): SkippedSubmission {
  return { ...base(selection, before, atMs), state: 'skipped' };
}

/** The final state of a range whose halves take over, each with half of those left to mail. */
export function splitBeforeDispatch(
  selection: Selection,
  before: Submission | undefined,
  atMs: number,
): SplitSubmission {
  return { ...base(selection, before, atMs), state: 'split', at: middleOf(selection.positions) };
}

/** The same after a call that Mailgun certainly did not take. */
export function splitAfter(
  submission: DispatchingSubmission,
  positions: readonly number[],
  atMs: number,
): SplitSubmission {
  return { ...shared(submission, atMs), state: 'split', at: middleOf(positions) };
}

/** The call was certainly not taken: it may be made again. */
export function plannedAgain(submission: DispatchingSubmission, atMs: number): PlannedSubmission {
  return { ...shared(submission, atMs), state: 'planned' };
}

/** Mailgun took the call, by its answer or by evidence. */
export function accepted(
  submission: Submission,
  messageId: string,
  atMs: number,
): AcceptedSubmission {
  return { ...shared(submission, atMs), state: 'accepted', messageId };
}

/**
 * What a new call is made from once Mailgun is known not to have the last one: the doubt as it is
 * stored, with the revision of the new call. It stays in doubt until that call is claimed, so that
 * evidence which comes while it waits still counts.
 */
export function anew(doubt: InDoubtSubmission): InDoubtSubmission {
  return { ...doubt, revision: doubt.revision + 1 };
}

/** The campaign was cancelled before a call was made, or after Mailgun took none. */
export function cancelled(
  selection: Selection,
  before: Submission | undefined,
  atMs: number,
): RefusedSubmission {
  const part = 'refused';
  return { ...base(selection, before, atMs), state: 'refused', part, reason: 'cancelled' };
}

/** Mailgun will never take it. */
export function refused(
  submission: DispatchingSubmission,
  part: RefusedSubmission['part'],
  reason: string,
  atMs: number,
): RefusedSubmission {
  return { ...shared(submission, atMs), state: 'refused', part, reason };
}

/** Nobody can tell whether Mailgun took the call. */
export function inDoubt(
  submission: DispatchingSubmission,
  cause: string,
  atMs: number,
): InDoubtSubmission {
  const { messageId, atMs: calledAtMs } = submission;
  return { ...shared(submission, atMs), state: 'inDoubt', messageId, cause, calledAtMs };
}

/** The two halves of a split submission. */
export function halvesOf(
  split: SplitSubmission,
): readonly { readonly path: string; readonly range: PositionRange }[] {
  const { path, range, at } = split;
  return [
    { path: `${path}0`, range: { from: range.from, to: at } },
    { path: `${path}1`, range: { from: at, to: range.to } },
  ];
}

function base(
  { path, range, suppressed, positions }: Selection,
  before: Submission | undefined,
  atMs: number,
) {
  return {
    path,
    range,
    suppressed,
    recipients: positions.length,
    attempts: before?.attempts ?? 0,
    revision: before?.revision ?? 0,
    atMs,
  };
}

function shared(
  { path, range, suppressed, recipients, attempts, revision }: Submission,
  atMs: number,
) {
  return { path, range, suppressed, recipients, attempts, revision, atMs };
}

function middleOf(positions: readonly number[]): number {
  const middle = positions[Math.ceil(positions.length / 2)];
  if (middle === undefined) throw new RangeError('a submission of fewer than two can not be split');
  return middle;
}
