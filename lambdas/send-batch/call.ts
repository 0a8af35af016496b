import type { Admission } from '../core/breaker/breaker';
import { fullJitterMs, type Backoff } from '../core/submission/backoff';
import { messageIdOf } from '../core/submission/correlation';
import {
  accepted,
  attemptAfter,
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
import { CALL_TIMEOUT_MS } from '../core/submission/doubt-schedule';
import type { SendOutcome } from '../core/submission/send-outcome';
import type { DispatchingSubmission, Submission } from '../core/submission/submission';
import { bytesOf, fieldsOf, submissionOf, type BatchWork } from './batch-work';
import { MAX_MESSAGE_BYTES } from './compose-message';
import type { Dependencies } from './dependencies';
import { countResult, reactTo } from './react';
import type { Step } from './settle';
import { spreadMs } from './spread';
import type { Allowance } from './submit';

/** Kept back from the invocation to store what became of a call, in milliseconds. */
const COMMIT_RESERVE_MS = 10_000;

/** A call is not begun with less time than this for it, in milliseconds. */
const SHORTEST_CALL_MS = 15_000;

/** Beyond the end of a call before its worker counts as dead: more than clocks differ. */
const LEASE_MARGIN_MS = 6 * 60_000;

/** How long a call may take until its worker counts as dead, in milliseconds. */
export const LONGEST_CALL_MS = CALL_TIMEOUT_MS + LEASE_MARGIN_MS;

/** Longest a worker waits for its turn before it lets the message go, in milliseconds. */
const LONGEST_TURN_MS = 10_000;

/** Between two tries to store what became of a call. */
const COMMIT_BACKOFF: Backoff = { baseMs: 1_000, capMs: 4_000 };

/** Kept back from the invocation after the last of them, in milliseconds. */
const LAST_TRY_MS = 3_000;

type NotTaken = Exclude<SendOutcome, { readonly outcome: 'taken' }>;

/** One call to Mailgun, from the budget to the record of what became of it. */
export class Call {
  private takenAtMs = 0;
  private deadlineMs = 0;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly work: BatchWork,
    private readonly selection: Selection,
    private readonly before: Submission | undefined,
  ) {}

  /** @returns `ready` once recipients were taken from the domain's budget for a call. */
  async prepare({
    deadlineMs,
    sentAtMs,
    recipientCap,
  }: Pick<Allowance, 'deadlineMs' | 'sentAtMs' | 'recipientCap'>): Promise<Step | 'ready'> {
    const { clock } = this.dependencies;
    const { positions } = this.selection;
    if (positions.length === 0) return this.close(skipped(this.selection, this.before, clock()));
    const oversize = bytesOf(this.work, positions) > MAX_MESSAGE_BYTES;
    if (positions.length > (oversize ? 1 : (recipientCap ?? Infinity))) return this.split();

    const outOfTime = deadlineMs - COMMIT_RESERVE_MS - SHORTEST_CALL_MS;
    if (clock() > outOfTime) return { step: 'wait', untilMs: clock(), reason: 'out-of-time' };
    return this.takeTurn(Math.min(clock() + LONGEST_TURN_MS, outOfTime), sentAtMs);
  }

  /** Makes the call that {@link prepare} found ready. */
  async make(
    admission: Exclude<Admission, { readonly admission: 'open' }>,
    deadlineMs: number,
  ): Promise<Step> {
    const { clock } = this.dependencies;
    this.deadlineMs = deadlineMs;
    const callDeadlineMs = Math.min(clock() + CALL_TIMEOUT_MS, deadlineMs - COMMIT_RESERVE_MS);
    const claimed = await this.orGiveBack(() => this.claim(callDeadlineMs));
    if (claimed === undefined) {
      await this.giveBack();
      return { step: 'wait', untilMs: clock() + 5_000, reason: 'another-worker' };
    }
    const outcome = await this.orGiveBack(() => this.send(claimed, callDeadlineMs));
    const step = await this.record(claimed, outcome);
    await countResult(this.dependencies, this.work, admission, outcome);
    return step;
  }

  private async takeTurn(latestMs: number, sentAtMs: number): Promise<Step | 'ready'> {
    const { clock, chance, governor, sleep } = this.dependencies;
    const { positions } = this.selection;
    for (;;) {
      const nowMs = clock();
      const turn = await governor.take(this.work.request.domain, positions.length, nowMs);
      if (turn.take === 'granted') {
        this.takenAtMs = nowMs;
        return 'ready';
      }
      if (turn.take === 'tooMany') return this.split();
      if (turn.untilMs > latestMs) {
        const untilMs = turn.untilMs + spreadMs(sentAtMs, clock(), chance());
        return { step: 'wait', untilMs, reason: `budget-${turn.reason}` };
      }
      await sleep(Math.max(50, turn.untilMs - clock()) + chance() * 100);
    }
  }

  /** @returns `undefined` where another worker was faster. */
  private async claim(callDeadlineMs: number): Promise<DispatchingSubmission | undefined> {
    const { clock, newToken, messageIndex, ledger } = this.dependencies;
    const submission = submissionOf(this.work, this.selection.path);
    const { pepper, request } = this.work;
    const revision = this.before?.revision ?? 0;
    const messageId = messageIdOf(pepper, submission, revision, request.domain);
    // Before the call: an event may come back before the call's own answer does.
    await messageIndex.record(messageId, submission);
    // Also before the call: no death behind it can lose what Mailgun's webhooks may lose.
    await this.askToReconcile(messageId);
    const claim = {
      attemptToken: newToken(),
      leaseUntilMs: callDeadlineMs + LEASE_MARGIN_MS,
      messageId,
    };
    const claimed = dispatching(this.selection, this.before, claim, clock());
    const advanced = await ledger.advance(this.work.key, this.before, claimed);
    return advanced === 'stored' ? claimed : undefined;
  }

  private async askToReconcile(messageId: string): Promise<void> {
    const { clock, reconcileRequests } = this.dependencies;
    const { domain, message } = this.work.request;
    const calledAtMs = clock();
    const { deliverAt = 0 } = message;
    await reconcileRequests.request({
      ...submissionOf(this.work, this.selection.path),
      ...{ domain, messageId, calledAtMs },
      attempt: attemptAfter(this.before),
      deliversFromMs: Math.max(calledAtMs, new Date(deliverAt).getTime()),
    });
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
    if (outcome.outcome === 'taken') return this.recordTaken(claimed, outcome.messageId);

    const { clock, ledger } = this.dependencies;
    const next = nextState(claimed, outcome, this.selection.positions, clock());
    const advanced = await this.persist(() => ledger.advance(this.work.key, claimed, next));
    if (outcome.outcome !== 'unknown') await this.giveBack();
    if (advanced === 'overtaken') {
      return { step: 'wait', untilMs: clock(), reason: 'another-worker' };
    }
    const reaction = { claimed, outcome, deadlineMs: this.deadlineMs };
    const waitUntilMs = await reactTo(this.dependencies, this.work, reaction);
    if (next.state === 'split') return { step: 'halves', halves: halvesOf(next) };
    if (next.state === 'refused') return { step: 'final' };
    const reason = outcome.outcome === 'unknown' ? 'in-doubt' : outcome.outcome;
    return { step: 'wait', untilMs: waitUntilMs, reason };
  }

  /** First-hand proof: it counts whatever another worker made of the submission meanwhile. */
  private async recordTaken(claimed: DispatchingSubmission, messageId: string): Promise<Step> {
    const { ledger, messageIndex, clock, log } = this.dependencies;
    const { path, recipients } = claimed;
    const submission = submissionOf(this.work, path);
    log.info('submission accepted', {
      ...this.work.key,
      ...{ code: 'submission-accepted', path, recipients },
    });
    if (messageId !== claimed.messageId) {
      await this.persist(() => messageIndex.record(messageId, submission));
    }
    let seen: Submission | undefined = claimed;
    while (seen !== undefined && seen.state !== 'accepted') {
      const before = seen;
      const next = accepted(before, messageId, clock());
      const advanced = await this.persist(() => ledger.advance(this.work.key, before, next));
      if (advanced === 'stored') break;
      seen = await this.persist(() => ledger.find(submission));
    }
    return { step: 'final' };
  }

  /**
   * Tries for as long as the invocation lasts: what became of a call is known here first-hand, and
   * a submission that is left behind as dispatching has to be settled by evidence, which takes most
   * of an hour, or a person where Mailgun's events can't be read.
   */
  private async persist<Stored>(write: () => Promise<Stored>): Promise<Stored> {
    const { clock, chance, sleep } = this.dependencies;
    for (let tries = 1; ; tries += 1) {
      try {
        return await write();
      } catch (error) {
        const delayMs = fullJitterMs(COMMIT_BACKOFF, tries, chance());
        if (clock() + delayMs > this.deadlineMs - LAST_TRY_MS) throw error;
        await sleep(delayMs);
      }
    }
  }

  private split(): Promise<Step> {
    return this.close(splitBeforeDispatch(this.selection, this.before, this.dependencies.clock()));
  }

  private async close(next: Submission): Promise<Step> {
    const { ledger, clock } = this.dependencies;
    if ((await ledger.advance(this.work.key, this.before, next)) === 'overtaken') {
      return { step: 'wait', untilMs: clock(), reason: 'another-worker' };
    }
    return next.state === 'split' ? { step: 'halves', halves: halvesOf(next) } : { step: 'final' };
  }

  /** A fault that kept the call from being made, or from being taken, must not use up the day. */
  private async orGiveBack<Made>(make: () => Promise<Made>): Promise<Made> {
    try {
      return await make();
    } catch (error) {
      // Should this fail too, the day counts too many: safe, and the fault itself is worth more.
      await this.giveBack().catch(() => undefined);
      throw error;
    }
  }

  private giveBack(): Promise<void> {
    const { governor } = this.dependencies;
    const { length } = this.selection.positions;
    return governor.giveBack(this.work.request.domain, length, this.takenAtMs);
  }
}

function nextState(
  claimed: DispatchingSubmission,
  outcome: NotTaken,
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
