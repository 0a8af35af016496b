import type { DoubtDecision } from '../core/standing/standing';
import { fullJitterMs } from '../core/submission/backoff';
import { accepted, anew } from '../core/submission/dispatch';
import { nextLookMs, trustedFromMs } from '../core/submission/doubt-schedule';
import type { InDoubtSubmission } from '../core/submission/submission';
import { submissionOf, type BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { notifyInDoubt, RETRY_BACKOFF } from './react';
import type { Settled } from './settle';

/** Kept back from the invocation when Mailgun is asked, in milliseconds. */
const SEARCH_RESERVE_MS = 10_000;

/** Longest one search may take, in milliseconds. */
const LONGEST_SEARCH_MS = 30_000;

/** Marks the cause of a doubt that only a person can settle. */
const UNREADABLE = 'events unreadable: ';

/** What a doubt is settled under. */
export interface DoubtContext {
  readonly decision: DoubtDecision | undefined;
  /** Whether nothing more is to be sent: then only evidence can tell what was. */
  readonly cancelled: boolean;
  /** The invocation ends at this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/** Settles a submission in doubt by evidence, or finds out when to look again. */
export async function settleDoubt(
  dependencies: Dependencies,
  work: BatchWork,
  doubt: InDoubtSubmission,
  { decision, cancelled, deadlineMs }: DoubtContext,
): Promise<Settled> {
  if (dependencies.onUnknownOutcome === 'retry' && !cancelled) {
    return retryInTime(dependencies, doubt);
  }

  const settling = new Doubt(dependencies, work, doubt);
  if (decision !== undefined && doubt.calledAtMs < decision.atMs) {
    return decision.decision === 'accept'
      ? settling.accept(doubt.messageId)
      : settling.sendAnew('a person said so');
  }
  return settling.ask(deadlineMs);
}

function retryInTime({ clock, chance }: Dependencies, doubt: InDoubtSubmission): Settled {
  // The bound itself, not a jittered part of it: the same answer to every worker that asks.
  const retryMs = fullJitterMs(RETRY_BACKOFF, doubt.attempts, 1);
  if (clock() - doubt.atMs >= retryMs) return { step: 'ready', before: doubt };
  return { step: 'wait', untilMs: doubt.atMs + retryMs + chance() * 1_000, reason: 'in-doubt' };
}

class Doubt {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly work: BatchWork,
    private readonly doubt: InDoubtSubmission,
  ) {}

  async ask(deadlineMs: number): Promise<Settled> {
    const { clock } = this.dependencies;
    const searchDeadlineMs = Math.min(clock() + LONGEST_SEARCH_MS, deadlineMs - SEARCH_RESERVE_MS);
    // Asked earlier, Mailgun would know nothing; so would it with no time left to answer.
    if (searchDeadlineMs <= clock() || clock() < this.firstLookMs) return this.lookLater();

    const found = await this.search(searchDeadlineMs);
    switch (found.result) {
      case 'found':
        return this.accept(found.messageId);
      case 'absent':
        return this.judgeAbsence();
      case 'unreadable':
        return this.followPolicy(found.reason);
      case 'later':
        return this.lookLater(found.untilMs);
    }
  }

  /** Mailgun has it. */
  async accept(messageId: string): Promise<Settled> {
    const { clock, messageIndex } = this.dependencies;
    if (messageId !== this.doubt.messageId) {
      await messageIndex.record(messageId, submissionOf(this.work, this.doubt.path));
    }
    const { ledger, log } = this.dependencies;
    const { path } = this.doubt;
    log.info('doubt settled', { code: 'doubt-accepted', ...this.work.key, path });
    const next = accepted(this.doubt, messageId, clock());
    if ((await ledger.advance(this.work.key, this.doubt, next)) === 'stored') {
      return { step: 'final' };
    }
    return { step: 'wait', untilMs: clock(), reason: 'another-worker' };
  }

  /** Mailgun does not have it. */
  sendAnew(why: string): Settled {
    const { log } = this.dependencies;
    const { path } = this.doubt;
    log.info('doubt settled', { code: 'doubt-absent', ...this.work.key, path, why });
    return { step: 'ready', before: anew(this.doubt) };
  }

  private search(deadlineMs: number) {
    const { path, range, suppressed, messageId, calledAtMs, atMs } = this.doubt;
    const { addresses, duplicate } = this.work.audience;
    const recipient = addresses.find(
      (address, position) =>
        address !== undefined &&
        position >= range.from &&
        position < range.to &&
        !duplicate.has(position) &&
        !suppressed.has(position),
    );
    const doubtful = {
      submission: submissionOf(this.work, path),
      ...{ messageId, recipient, fromMs: calledAtMs, toMs: atMs },
    };
    return this.dependencies.acceptanceSearch.search(
      this.work.request.domain,
      doubtful,
      deadlineMs,
    );
  }

  private async judgeAbsence(): Promise<Settled> {
    const { clock, eventsKeptMs } = this.dependencies;
    if (clock() < this.trustedMs) return this.lookLater();
    if (clock() - this.doubt.calledAtMs >= eventsKeptMs(this.work.request.domain)) {
      return this.followPolicy('Mailgun no longer has the events of that time');
    }
    return this.sendAnew("not among Mailgun's events");
  }

  /** Nothing can be learnt: either a person says what to do, or the configuration does. */
  private async followPolicy(reason: string): Promise<Settled> {
    const { clock, onUnreadableEvents } = this.dependencies;
    if (onUnreadableEvents === 'resend') {
      return clock() < this.trustedMs ? this.lookLater() : this.sendAnew(reason);
    }
    this.logLeftToPeople();
    if (!this.doubt.cause.startsWith(UNREADABLE)) await this.tell(reason);
    return this.lookLater();
  }

  /** At every look: an alarm lasts as long as the doubt does. */
  private logLeftToPeople(): void {
    const { log } = this.dependencies;
    const { path, recipients } = this.doubt;
    log.warn('only a person can settle a doubt', {
      code: 'doubt-left-to-people',
      ...{ ...this.work.key, path, recipients },
    });
  }

  /** Told before it is noted: whoever dies in between is followed by another who tells again. */
  private async tell(reason: string): Promise<void> {
    const noted = { ...this.doubt, cause: `${UNREADABLE}${reason}` };
    await notifyInDoubt(this.dependencies, this.work, noted);
    await this.dependencies.ledger.advance(this.work.key, this.doubt, noted);
  }

  private lookLater(notBeforeMs = 0): Settled {
    const { clock, chance } = this.dependencies;
    const untilMs = nextLookMs(this.doubt, this.trustedMs, clock(), chance());
    return { step: 'wait', untilMs: Math.max(untilMs, notBeforeMs), reason: 'in-doubt' };
  }

  private get firstLookMs(): number {
    return this.doubt.atMs + 60_000;
  }

  private get trustedMs(): number {
    return trustedFromMs(this.doubt, this.dependencies.eventsTrustedAfterMs);
  }
}
