import { recipientsRecord } from '../core/batch/select-recipients';
import type { Admission } from '../core/breaker/breaker';
import type { DoubtDecision } from '../core/standing/standing';
import { cancelled as cancelledFrom, type Selection } from '../core/submission/dispatch';
import type { Submission } from '../core/submission/submission';
import { Call, LONGEST_CALL_MS } from './call';
import { candidatesIn, submissionOf, type BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { meetOpenBreaker } from './react';
import { settle, type Step, type SubmissionRange } from './settle';

/** What an invocation may do. */
export interface Allowance {
  /** The invocation ends at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
  /** When the message was put on its queue; milliseconds since the Unix epoch, UTC. */
  readonly sentAtMs: number;
  /** Largest submission the domain may make; `undefined` when none is known. */
  readonly recipientCap: number | undefined;
  /** Whether the campaign was cancelled: what is not sent is closed. */
  readonly cancelled: boolean;
  /** What a person said of submissions in doubt. */
  readonly doubtDecision: DoubtDecision | undefined;
}

/**
 * Brings one submission as far as it can get now: at most one call to Mailgun.
 *
 * @throws faults of the stores; the submission is then where its last write left it.
 */
export async function submit(
  dependencies: Dependencies,
  work: BatchWork,
  submission: SubmissionRange,
  allowance: Allowance,
): Promise<Step> {
  const { ledger } = dependencies;
  const stored = await ledger.find(submissionOf(work, submission.path));
  const { deadlineMs, cancelled, doubtDecision: decision } = allowance;
  const settled = await settle(dependencies, work, stored, { decision, cancelled, deadlineMs });
  if (settled.step !== 'ready') return settled;

  if (settled.before === undefined && submission.path === '/') {
    // Before anything of the batch is stored that a later worker would take for a beginning.
    await dependencies.recipientRecords.record(work.key, recipientsRecord(work.audience));
  }
  return cancelled
    ? close(dependencies, work, submission, settled.before)
    : callWhereAdmitted(dependencies, work, submission, { ...allowance, before: settled.before });
}

async function close(
  dependencies: Dependencies,
  work: BatchWork,
  submission: SubmissionRange,
  before: Submission | undefined,
): Promise<Step> {
  const { ledger, clock } = dependencies;
  const selection = await select(dependencies, work, submission);
  const closed = cancelledFrom(selection, before, clock());
  const advanced = await ledger.advance(work.key, before, closed);
  if (advanced === 'stored') return { step: 'final' };
  return { step: 'wait', untilMs: clock() + 5_000, reason: 'another-worker' };
}

async function callWhereAdmitted(
  dependencies: Dependencies,
  work: BatchWork,
  submission: SubmissionRange,
  allowance: Allowance & { readonly before: Submission | undefined },
): Promise<Step> {
  const { breaker, clock } = dependencies;
  const { domain } = work.request;
  const admission = await breaker.admit(domain, clock(), LONGEST_CALL_MS);
  if (admission.admission === 'open') return meetOpenBreaker(dependencies, work, admission);

  try {
    const selection = await select(dependencies, work, submission);
    const call = new Call(dependencies, work, selection, allowance.before);
    const ready = await call.prepare(allowance);
    return ready === 'ready' ? await call.make(admission, allowance.deadlineMs) : ready;
  } finally {
    await giveBack(dependencies, domain, admission);
  }
}

/** A probe that came to no result says nothing: another worker may probe. One that did is gone. */
async function giveBack(
  { breaker }: Dependencies,
  domain: string,
  admission: Exclude<Admission, { readonly admission: 'open' }>,
): Promise<void> {
  if (admission.admission === 'probe') await breaker.giveBack(domain, admission.probeToken);
}

async function select(
  { suppressions }: Dependencies,
  work: BatchWork,
  { path, range }: SubmissionRange,
): Promise<Selection> {
  const candidates = candidatesIn(work, range);
  const digests = candidates.map((position) => work.audience.digests[position] as Buffer);
  const { domain, message } = work.request;
  const found = await suppressions.suppressedAmong(domain, digests, message.tags ?? []);
  const suppressed = new Set(candidates.filter((_position, index) => found.has(index)));
  const positions = candidates.filter((position) => !suppressed.has(position));
  return { path, range, positions, suppressed };
}
