import { recipientsRecord } from '../core/batch/select-recipients';
import { fullJitterMs } from '../core/submission/backoff';
import { messageIdOf } from '../core/submission/correlation';
import {
  accepted,
  dispatching,
  halvesOf,
  inDoubt,
  plannedAgain,
  refused,
  skipped,
  splitAfter,
  splitBeforeDispatch,
  type Selection,
} from '../core/submission/dispatch';
import type { SendOutcome } from '../core/submission/send-outcome';
import type {
  DispatchingSubmission,
  PositionRange,
  Submission,
} from '../core/submission/submission';
import { bytesOf, candidatesIn, fieldsOf, submissionOf, type BatchWork } from './batch-work';
import { MAX_MESSAGE_BYTES } from './compose-message';
import type { Dependencies } from './dependencies';
import { notifyInDoubt, reactTo, RETRY_BACKOFF } from './react';

/** Longest a call to Mailgun may take, in milliseconds. */
const CALL_TIMEOUT_MS = 60_000;

/** Kept back from the invocation to store what became of a call, in milliseconds. */
const COMMIT_RESERVE_MS = 10_000;

/** A call is not begun with less time than this for it, in milliseconds. */
const SHORTEST_CALL_MS = 15_000;

/** Beyond the end of a call before its worker counts as dead: more than clocks differ. */
const LEASE_MARGIN_MS = 6 * 60_000;

/** Longest between two looks at a submission in doubt, in milliseconds. */
const LONGEST_DOUBT_RECHECK_MS = 60 * 60_000;

/** Where a submission got to. */
export type Step =
  | { readonly step: 'final' }
  | { readonly step: 'halves'; readonly halves: readonly SubmissionRange[] }
  /** Nothing more can be done before this time; milliseconds since the Unix epoch, UTC. */
  | { readonly step: 'wait'; readonly untilMs: number; readonly reason: string };

/** A submission by its path and the positions it is for. */
export interface SubmissionRange {
  readonly path: string;
  readonly range: PositionRange;
}

/** What an invocation may do. */
export interface Allowance {
  /** The invocation ends at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
  /** Largest submission the domain may make; `undefined` when none is known. */
  readonly recipientCap: number | undefined;
}

/**
 * Brings one submission as far as it can get now: at most one call to Mailgun.
 *
 * @throws faults of the stores; the submission is then where its last write left it.
 */
export async function submit(
  dependencies: Dependencies,
  work: BatchWork,
  { path, range }: SubmissionRange,
  allowance: Allowance,
): Promise<Step> {
  const stored = await dependencies.ledger.find(submissionOf(work, path));
  const ready = stored === undefined ? undefined : await settle(dependencies, work, stored);
  if (ready !== undefined) return ready;

  if (stored === undefined && path === '/') {
    // Before anything of the batch is stored that a later worker would take for a beginning.
    await dependencies.recipientRecords.record(work.key, recipientsRecord(work.audience));
  }
  const selection = await select(dependencies, work, { path, range });
  const call = new Call(dependencies, work, selection, stored);
  return call.make(allowance);
}

/** What a stored submission allows; `undefined` when a call may be made. */
async function settle(
  dependencies: Dependencies,
  work: BatchWork,
  stored: Submission,
): Promise<Step | undefined> {
  const { ledger, clock } = dependencies;
  switch (stored.state) {
    case 'planned':
      return undefined;
    case 'accepted':
    case 'refused':
    case 'skipped':
      return { step: 'final' };
    case 'split':
      return { step: 'halves', halves: halvesOf(stored) };
    case 'dispatching': {
      if (stored.leaseUntilMs > clock()) {
        return { step: 'wait', untilMs: stored.leaseUntilMs, reason: 'another-worker' };
      }
      const lost = inDoubt(stored, 'worker-lost', clock());
      if ((await ledger.advance(work.key, stored, lost)) === 'stored') {
        await notifyInDoubt(dependencies, work, lost);
      }
      return { step: 'wait', untilMs: clock(), reason: 'in-doubt' };
    }
    case 'inDoubt':
      return settleDoubt(dependencies, stored);
  }
}

/** In doubt for a minute: looked at again in a minute; in doubt for an hour: in an hour. */
function settleDoubt(
  { clock, chance, onUnknownOutcome }: Dependencies,
  { atMs, attempts }: Submission,
): Step | undefined {
  const inDoubtMs = clock() - atMs;
  if (onUnknownOutcome === 'verify') {
    const boundMs = Math.min(LONGEST_DOUBT_RECHECK_MS, Math.max(60_000, inDoubtMs));
    const untilMs = clock() + Math.round(boundMs * (0.75 + chance() / 4));
    return { step: 'wait', untilMs, reason: 'in-doubt' };
  }
  // The bound itself, not a jittered part of it: the same answer to every worker that asks.
  const retryMs = fullJitterMs(RETRY_BACKOFF, attempts, 1);
  if (inDoubtMs >= retryMs) return undefined;
  return { step: 'wait', untilMs: atMs + retryMs + chance() * 1_000, reason: 'in-doubt' };
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

/** One call to Mailgun, from the claim to the record of what became of it. */
class Call {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly work: BatchWork,
    private readonly selection: Selection,
    private readonly before: Submission | undefined,
  ) {}

  async make({ deadlineMs, recipientCap }: Allowance): Promise<Step> {
    const { clock, ledger } = this.dependencies;
    const { positions } = this.selection;
    if (positions.length === 0) return this.close(skipped(this.selection, this.before, clock()));
    const oversize = bytesOf(this.work, positions) > MAX_MESSAGE_BYTES;
    if (positions.length > (oversize ? 1 : (recipientCap ?? Infinity))) {
      return this.close(splitBeforeDispatch(this.selection, this.before, clock()));
    }

    const callDeadlineMs = Math.min(clock() + CALL_TIMEOUT_MS, deadlineMs - COMMIT_RESERVE_MS);
    if (callDeadlineMs - clock() < SHORTEST_CALL_MS) {
      return { step: 'wait', untilMs: clock(), reason: 'out-of-time' };
    }
    const claimed = await this.claim(callDeadlineMs);
    if ((await ledger.advance(this.work.key, this.before, claimed)) === 'overtaken') {
      return { step: 'wait', untilMs: clock() + 5_000, reason: 'another-worker' };
    }
    const outcome = await this.send(claimed, callDeadlineMs);
    return this.record(claimed, outcome);
  }

  private async claim(callDeadlineMs: number): Promise<DispatchingSubmission> {
    const { clock, newToken, messageIndex } = this.dependencies;
    const submission = submissionOf(this.work, this.selection.path);
    const messageId = messageIdOf(
      this.work.pepper,
      submission,
      this.before?.revision ?? 0,
      this.work.request.domain,
    );
    // Before the call: an event may come back before the call's own answer does.
    await messageIndex.record(messageId, submission);
    const claim = {
      attemptToken: newToken(),
      leaseUntilMs: callDeadlineMs + LEASE_MARGIN_MS,
      messageId,
    };
    return dispatching(this.selection, this.before, claim, clock());
  }

  private async send(claimed: DispatchingSubmission, deadlineMs: number): Promise<SendOutcome> {
    const { gateway, ledger, clock } = this.dependencies;
    const { path, positions } = this.selection;
    const { messageId } = claimed;
    try {
      const fields = fieldsOf(this.work, { path, positions, messageId, nowMs: clock() });
      return await gateway.send(this.work.request.domain, fields, deadlineMs);
    } catch (error) {
      // The gateway rejects only where nothing was taken.
      await ledger.advance(this.work.key, claimed, plannedAgain(claimed, clock()));
      throw error;
    }
  }

  private async record(claimed: DispatchingSubmission, outcome: SendOutcome): Promise<Step> {
    const { clock } = this.dependencies;
    if (outcome.outcome === 'taken') return this.recordTaken(claimed, outcome.messageId);

    const next = nextState(claimed, outcome, this.selection.positions, clock());
    const advanced = await this.dependencies.ledger.advance(this.work.key, claimed, next);
    if (advanced === 'overtaken') return this.settleAgain();

    const waitUntilMs = await reactTo(this.dependencies, this.work, claimed, outcome);
    if (next.state === 'split') return { step: 'halves', halves: halvesOf(next) };
    if (next.state === 'refused') return { step: 'final' };
    return { step: 'wait', untilMs: waitUntilMs, reason: outcome.outcome };
  }

  /** First-hand proof: it counts whatever another worker made of the submission meanwhile. */
  private async recordTaken(claimed: DispatchingSubmission, messageId: string): Promise<Step> {
    const { ledger, messageIndex, clock } = this.dependencies;
    const submission = submissionOf(this.work, claimed.path);
    if (messageId !== claimed.messageId) await messageIndex.record(messageId, submission);

    let seen: Submission | undefined = claimed;
    while (seen !== undefined && seen.state !== 'accepted') {
      const next = accepted(seen, messageId, clock());
      if ((await ledger.advance(this.work.key, seen, next)) === 'stored') break;
      seen = await ledger.find(submission);
    }
    return { step: 'final' };
  }

  private async close(next: Submission): Promise<Step> {
    const { ledger } = this.dependencies;
    if ((await ledger.advance(this.work.key, this.before, next)) === 'overtaken') {
      return this.settleAgain();
    }
    return next.state === 'split' ? { step: 'halves', halves: halvesOf(next) } : { step: 'final' };
  }

  private async settleAgain(): Promise<Step> {
    const { ledger, clock } = this.dependencies;
    const stored = await ledger.find(submissionOf(this.work, this.selection.path));
    const step =
      stored === undefined ? undefined : await settle(this.dependencies, this.work, stored);
    return step ?? { step: 'wait', untilMs: clock() + 5_000, reason: 'another-worker' };
  }
}

function nextState(
  claimed: DispatchingSubmission,
  outcome: Exclude<SendOutcome, { outcome: 'taken' }>,
  positions: readonly number[],
  atMs: number,
): Submission {
  switch (outcome.outcome) {
    case 'domainMustWait':
    case 'domainCannotSend':
    case 'notSent':
      return plannedAgain(claimed, atMs);
    case 'tooLarge':
      return positions.length > 1
        ? splitAfter(claimed, positions, atMs)
        : refused(claimed, 'refused', outcome.reason, atMs);
    case 'addressRefused':
      return positions.length > 1
        ? splitAfter(claimed, positions, atMs)
        : refused(claimed, 'invalid', outcome.reason, atMs);
    case 'contentRefused':
      return refused(claimed, 'refused', outcome.reason, atMs);
    case 'unknown':
      return inDoubt(claimed, outcome.cause, atMs);
  }
}
