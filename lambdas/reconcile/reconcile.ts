import { PermanentError } from '../core/errors';
import { DONE, type Disposition } from '../core/queue/consumer';
import { callState, type CallState } from '../core/reconciliation/call-state';
import { Comparison } from '../core/reconciliation/comparison';
import { passFigures, type PassFigures } from '../core/reconciliation/pass-figures';
import { isLastPass, passDueAtMs, passesDue } from '../core/reconciliation/pass-schedule';
import type { ReconcileRequest } from '../core/reconciliation/reconcile-request';
import type { Dependencies } from './dependencies';
import { Notices } from './notices';
import { Progress } from './progress';
import { RecordReader, type RecordEnd } from './read-record';
import { openWaitMs, retryWaitMs, settlingMs } from './waits';

/** Kept back from the invocation to write down how far it came, in milliseconds. */
const RESERVE_MS = 15_000;

/** A call is claimed within an invocation; longer than that, and clocks differ. */
const LONGEST_CLAIM_MS = 10 * 60_000;

/** Work that could not be done for so long is given up, before its queue drops it after 14 days. */
const GIVEN_UP_AFTER_MS = 10 * 86_400_000;

/** A pass that is late by more than this is behind. */
const BEHIND_MS = 2 * 3_600_000;

/** After another worker took over. */
const OVERTAKEN_WAIT_MS = 5_000;

/** Reconciles one submission as far as it is due; see {@link createReconcile}. */
export type Reconcile = (request: ReconcileRequest, deadlineMs: number) => Promise<Disposition>;

type MadeCall = Extract<CallState, { readonly messageIds: readonly string[] }>;

const wait = (untilMs: number): Disposition => ({ disposition: 'wait', untilMs });

/**
 * Compares submissions with Mailgun's own events, pass by pass, and adds what is missing through the
 * event queue, as if its webhooks had come.
 *
 * Everything may be repeated: an event that is added twice leaves the same row and the same tallies,
 * and the checkpoint of a submission decides what is left to do, however many requests ask for it.
 *
 * @throws faults of the stores: the request is then to be tried again.
 * @throws {PermanentError} for a request that can't succeed any more.
 */
export function createReconcile(dependencies: Dependencies): Reconcile {
  return (request, deadlineMs) =>
    new Reconciliation(dependencies, request, deadlineMs - RESERVE_MS).run();
}

class Reconciliation {
  private readonly notices: Notices;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly request: ReconcileRequest,
    private readonly deadlineMs: number,
  ) {
    this.notices = new Notices(dependencies, request);
  }

  async run(): Promise<Disposition> {
    const { schedule, clock, checkpoints } = this.dependencies;
    const { deliversFromMs, attempt } = this.request;
    const due = passesDue(schedule, deliversFromMs, clock());
    if (due === 0) return wait(this.dueAtMs(1));

    const stored = await checkpoints.read(this.request);
    if (stored !== undefined && stored.checkpoint.attempt > attempt) return DONE;
    const progress = new Progress(checkpoints, this.request, stored);
    if (progress.checkpoint.passesDone < due) {
      const stopped = await this.pass(due, progress);
      if (stopped !== undefined) return stopped;
    }
    return this.whatIsNext(progress);
  }

  /** @returns `undefined` once the pass is over. */
  private async pass(due: number, progress: Progress): Promise<Disposition | undefined> {
    const { ledger, clock } = this.dependencies;
    const { calledAtMs, deliversFromMs } = this.request;
    const state = callState(await ledger.find(this.request), this.request);
    if (state.call === 'over') return DONE;
    if (state.call === 'unclaimed') {
      const claimedByMs = calledAtMs + LONGEST_CLAIM_MS;
      return clock() < claimedByMs ? wait(claimedByMs) : DONE;
    }
    if (clock() - deliversFromMs > GIVEN_UP_AFTER_MS) {
      throw new PermanentError('reconciliation-given-up', 'it could not be done for ten days');
    }
    const reader = await this.readerFor(due, state, progress);
    const end = await reader.run();
    this.logPass(due, { state, reader, end });
    return this.conclude(due, { state, reader, end, progress });
  }

  private async readerFor(
    due: number,
    { messageIds }: MadeCall,
    progress: Progress,
  ): Promise<RecordReader> {
    const { secrets, recipients, tallies, schedule, machineWithinSeconds, clock } =
      this.dependencies;
    const { request, deadlineMs } = this;
    const record = await recipients.read(request);
    if (record === undefined) {
      throw new PermanentError('no-recipients-record', 'the batch has no recipients record');
    }
    const { recipientPepper: pepper } = await secrets.current();
    const comparison = new Comparison({
      ...{ submission: request, messageIds, pepper, digests: record.digests },
      tallies: await tallies.readBatch(request),
      settledBeforeMs: isLastPass(schedule, due) ? Infinity : clock() - settlingMs(schedule),
      machineWithinSeconds,
    });
    const work = { request, messageIds, comparison, deadlineMs };
    return new RecordReader(this.dependencies, work, progress);
  }

  private async conclude(
    due: number,
    { state, reader, end, progress }: Pass & { readonly progress: Progress },
  ): Promise<Disposition | undefined> {
    const { clock, chance } = this.dependencies;
    const takenOver = wait(clock() + OVERTAKEN_WAIT_MS);
    if (end.end === 'overtaken') return takenOver;

    const change = isOver(state, end)
      ? { passesDone: due, reading: undefined }
      : { reading: isWhole(end) ? undefined : reader.reading };
    if (!(await progress.save(change, reader.unsaved, clock()))) return takenOver;
    if (end.end === 'unreadable') await this.notices.tellUnreadable(end.reason);
    if (end.end === 'out-of-time') return wait(clock());
    if (end.end === 'later') {
      const lateMs = clock() - this.dueAtMs(due);
      const retryMs = clock() + retryWaitMs(this.dependencies.schedule, lateMs, chance());
      return wait(end.untilMs === undefined ? retryMs : end.untilMs + chance() * 1_000);
    }
    // Its own search, or a webhook, or what was found here settles it.
    if (state.call === 'open') return wait(clock() + openWaitMs(this.dependencies.schedule));
    return undefined;
  }

  private async whatIsNext({ checkpoint }: Progress): Promise<Disposition> {
    const { schedule } = this.dependencies;
    const { deliversFromMs } = this.request;
    const { repairedAtMs, passesDone } = checkpoint;
    const tellMs =
      repairedAtMs === undefined ? undefined : await this.notices.tellRepaired(repairedAtMs);
    const passMs = passDueAtMs(schedule, deliversFromMs, passesDone + 1);
    const next = [tellMs, passMs].filter((ms) => ms !== undefined);
    return next.length === 0 ? DONE : wait(Math.min(...next));
  }

  private logPass(due: number, pass: Pass) {
    const { state, reader, end } = pass;
    const { accountId, campaignId, batchId, path } = this.request;
    const { log, clock } = this.dependencies;
    const lateMs = clock() - this.dueAtMs(due);
    const isUnread = end.end === 'later' || end.end === 'unreadable';
    log[isUnread ? 'warn' : 'info']('submission reconciled', {
      code: 'reconciliation-pass',
      ...{ accountId, campaignId, batchId, path, pass: due, call: state.call },
      isOver: isOver(state, end),
      ...{ ...reader.counts, ...this.figuresOf(due, pass) },
      ...{ end: end.end, ...('reason' in end && { reason: end.reason }) },
      ...{ lateSeconds: Math.round(lateMs / 1000), behind: lateMs > BEHIND_MS },
    });
  }

  /** Nothing of a call that Mailgun may not have: it has nobody to account for yet. */
  private figuresOf(due: number, { state, reader, end }: Pass): PassFigures | undefined {
    if (state.call !== 'accepted') return undefined;
    const { schedule, clock } = this.dependencies;
    const { submission } = state;
    return passFigures({
      ...{ submission, outcomes: reader.outcomesIn(submission.range) },
      ...{ isOver: isOver(state, end), isRead: end.end === 'complete' },
      isLast: isLastPass(schedule, due),
      ageMs: clock() - this.request.deliversFromMs,
    });
  }

  private dueAtMs(pass: number): number {
    const { schedule, clock } = this.dependencies;
    return passDueAtMs(schedule, this.request.deliversFromMs, pass) ?? clock();
  }
}

interface Pass {
  readonly state: MadeCall;
  readonly reader: RecordReader;
  readonly end: RecordEnd;
}

/** Nothing more is to be learnt at this time. */
const isWhole = ({ end }: RecordEnd): boolean => end === 'complete' || end === 'unreadable';

/** Until it is known that Mailgun has it, no pass counts. */
const isOver = ({ call }: MadeCall, end: RecordEnd): boolean => call === 'accepted' && isWhole(end);
