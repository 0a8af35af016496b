import type { ParkCause, ParkedKey } from '../core/batch/parked-batches';
import type { ReleaseFindings, ReleaseRequest } from '../core/batch/release-request';
import { PermanentError } from '../core/errors';
import type { Standings } from '../core/standing/standing';
import { whatForbids } from '../core/standing/what-forbids';
import type { Dependencies } from './dependencies';
import { Pace } from './pace';

/** Kept back from the invocation to hand over what is left, in milliseconds. */
const RESERVE_MS = 20_000;

/** People are told of a payload so many days before the bucket drops it, or half its time before. */
const TOLD_AHEAD_DAYS = 7;

const A_DAY_MS = 86_400_000;

/** Puts parked payloads back; see {@link createReleaseParked}. */
export type ReleaseParked = (request: ReleaseRequest, deadlineMs: number) => Promise<void>;

/**
 * Makes the walk over parked payloads that puts back on the campaign queue what nothing forbids to
 * send any more.
 *
 * A payload is on the queue before its batch counts as released, and both before it is forgotten: a
 * crash leaves one too many, which the batch's own records make harmless, never one too few. What
 * does not fit into an invocation is asked for anew from where it stopped.
 *
 * @throws faults of the stores: the request is then to be tried again, and looks at everything anew.
 * @throws {PermanentError} `unreadable-payloads` at the end of a walk that met any: so they are seen.
 */
export function createReleaseParked(dependencies: Dependencies): ReleaseParked {
  return (request, deadlineMs) => new Walk(dependencies, request, deadlineMs).run();
}

class Walk {
  private readonly pace: Pace;
  private readonly findings: { -readonly [Name in keyof ReleaseFindings]: number };
  private released = 0;
  private after: string | undefined;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly request: ReleaseRequest,
    private readonly deadlineMs: number,
  ) {
    const { batchesPerSecond, clock, sleep } = dependencies;
    this.pace = new Pace(batchesPerSecond, clock, sleep);
    this.findings = { ...request.findings };
    this.after = request.after;
  }

  async run(): Promise<void> {
    const isOver = await this.walk();
    const { log, continuations } = this.dependencies;
    log.info('parked batches looked at', {
      code: 'parked-batches-released',
      ...{ scope: this.request.scope, released: this.released, isOver, ...this.findings },
    });
    if (isOver) return this.conclude();

    const { findings, after, request } = this;
    await continuations.continueWith({
      ...{ scope: request.scope, tells: request.tells, findings },
      ...(after !== undefined && { after }),
    });
  }

  /** @returns whether it came to the end of the listing. */
  private async walk(): Promise<boolean> {
    const { parkedBatches } = this.dependencies;
    for (;;) {
      if (this.timeIsUp) return false;
      const page = await parkedBatches.list(this.request.scope, this.after);
      const before = { ...this.findings };
      if (!(await this.visit(page.keys))) {
        // The page is looked at again, so what was found on it would be counted twice.
        Object.assign(this.findings, before);
        return false;
      }
      this.findings.unreadable += page.unreadable;
      if (page.unreadable > 0) this.tellUnreadable({ objects: page.unreadable });
      if (page.next === undefined) return true;
      this.after = page.next;
    }
  }

  /** @returns whether there was time for all of them. */
  private async visit(
    keys: readonly { readonly key: ParkedKey; readonly parkedAtMs: number }[],
  ): Promise<boolean> {
    const standings = new StandingsOfPage(this.dependencies);
    for (const { key, parkedAtMs } of keys) {
      if (this.timeIsUp) return false;
      const isReleased = await this.releaseIfAllowed(key, await standings.of(key));
      if (isReleased) this.released += 1;
      else if (this.isParkedTooLong(parkedAtMs)) this.findings.parkedTooLong += 1;
    }
    return true;
  }

  /** @returns whether the payload waits no more. */
  private async releaseIfAllowed(key: ParkedKey, standings: Standings): Promise<boolean> {
    if (this.forbidden(standings, undefined)) return false;

    const { parkedBatches, campaignMessages, ledger } = this.dependencies;
    const payload = await this.read(key);
    if (payload === undefined) return true;
    if (payload === 'unreadable' || this.forbidden(standings, payload.cause)) return false;

    await this.pace.turn();
    const { body, groupId } = payload;
    await campaignMessages.put({ body, ...(groupId !== undefined && { groupId }) });
    await ledger.unpark(key, key.messageId);
    await parkedBatches.delete(key);
    return true;
  }

  private async read(key: ParkedKey) {
    try {
      return await this.dependencies.parkedBatches.get(key);
    } catch (error) {
      // One that nobody can read must not keep the others parked.
      if (!(error instanceof PermanentError)) throw error;
      this.findings.unreadable += 1;
      this.tellUnreadable({ ...key, reason: error.message });
      return 'unreadable';
    }
  }

  private tellUnreadable(what: Readonly<Record<string, unknown>>): void {
    const { log } = this.dependencies;
    log.error('parked payload not readable', { code: 'parked-payload-unreadable', ...what });
  }

  private async conclude(): Promise<void> {
    const { unreadable, parkedTooLong } = this.findings;
    const { notifier, clock, parkedDays } = this.dependencies;
    if (this.request.tells && parkedTooLong > 0) {
      await notifier.notify({
        version: 1,
        type: 'batch.parkedTooLong',
        at: new Date(clock()).toISOString(),
        reason: 'what is parked is dropped when it has been kept for so many days',
        details: { batches: parkedTooLong, parkedDays },
      });
    }
    if (unreadable > 0) {
      throw new PermanentError('unreadable-payloads', `${unreadable} parked payloads unreadable`);
    }
  }

  private forbidden(standings: Standings, cause: ParkCause | undefined): boolean {
    return whatForbids(standings, cause, this.dependencies.clock()) !== undefined;
  }

  private isParkedTooLong(parkedAtMs: number): boolean {
    const { clock, parkedDays } = this.dependencies;
    const tooLongDays = Math.max(parkedDays - TOLD_AHEAD_DAYS, parkedDays / 2);
    return clock() - parkedAtMs >= tooLongDays * A_DAY_MS;
  }

  private get timeIsUp(): boolean {
    return this.dependencies.clock() > this.deadlineMs - RESERVE_MS;
  }
}

/** Standings, read once for all batches of a campaign that are on the same page and domain. */
class StandingsOfPage {
  private readonly known = new Map<string, Promise<Standings>>();

  constructor(private readonly dependencies: Dependencies) {}

  of({ accountId, campaignId, domain }: ParkedKey): Promise<Standings> {
    const name = [accountId, campaignId, domain].join('/');
    const known = this.known.get(name);
    if (known !== undefined) return known;

    const read = this.dependencies.controls.standings({ accountId, campaignId }, domain);
    this.known.set(name, read);
    return read;
  }
}
