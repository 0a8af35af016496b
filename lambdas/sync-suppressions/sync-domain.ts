import type { ListRead, ProviderProblem } from '../core/suppression/provider-lists';
import { sealPlace, unsealPlace } from '../core/suppression/sealed-place';
import { withoutVanished, type SuppressionRecord } from '../core/suppression/suppression-record';
import type { SuppressionReason } from '../core/suppression/suppression';
import {
  afterList,
  SYNC_LISTS,
  type SyncCounts,
  type SyncList,
  type SyncRequest,
} from '../core/suppression/sync-request';
import type { Dependencies } from './dependencies';
import { allowlistDigests, changesFor } from './take-over';

/** Kept back from the invocation for the last part and for handing over what is left. */
const RESERVE_MS = 75_000;

/** Longest call to Mailgun. */
const CALL_MS = 30_000;

/** After a call without success: so long, doubled with every one in a row, up to the longest. */
const WAIT = { baseMs: 30_000, longestMs: 900_000 };

/** Calls in a row without success before a list is left to the next sync: some two hours. */
const MAX_WAITS = 12;

/** A longer wait that Mailgun asks for is left to the next sync. */
const LONGEST_HOLD_MS = 2 * 3_600_000;

/** Parts of a list before it is taken for one without an end: 20 million entries. */
const MAX_PAGES = 20_000;

/** Most seconds SQS delays a message. */
const LONGEST_DELAY_SECONDS = 900;

/** Does one step of a sync after the other; see {@link createSyncDomain}. */
export type SyncDomain = (request: SyncRequest, deadlineMs: number) => Promise<void>;

/**
 * Makes the sync of a domain's suppressions with Mailgun's lists: every list is read to its end and
 * taken over, then what an earlier sync saw and this one did not is removed.
 *
 * Every step may be made again: a list that can't be read to its end removes nothing, and what does
 * not fit into an invocation is asked for anew from where it stopped.
 *
 * @throws faults of the stores: the step is then to be tried again.
 * @throws {PermanentError} `unknown-domain` for a domain that is configured no more.
 */
export function createSyncDomain(dependencies: Dependencies): SyncDomain {
  return async (request, deadlineMs) => {
    const { recipientPepper } = await dependencies.secrets.current();
    await new Sync(dependencies, request, { deadlineMs, pepper: recipientPepper }).run();
  };
}

class Sync {
  private allowed: ReadonlySet<string> | undefined;
  private readonly deadlineMs: number;
  private readonly pepper: string;

  constructor(
    private readonly dependencies: Dependencies,
    private request: SyncRequest,
    about: { readonly deadlineMs: number; readonly pepper: string },
  ) {
    this.deadlineMs = about.deadlineMs;
    this.pepper = about.pepper;
  }

  async run(): Promise<void> {
    const { notBeforeMs = 0 } = this.request;
    if (this.nowMs < notBeforeMs) return this.askAt(notBeforeMs);

    while (this.nowMs < this.deadlineMs - RESERVE_MS) {
      const { step } = this.request;
      if (step === 'sweep') {
        if (await this.sweepPart()) return this.conclude();
      } else if (!(await this.readPart(step))) {
        return this.askAt(this.request.notBeforeMs ?? 0);
      }
    }
    await this.askAt(0);
  }

  private get nowMs(): number {
    return this.dependencies.clock();
  }

  /** @returns whether to go on at once. */
  private async readPart(list: SyncList): Promise<boolean> {
    const place = this.request.place && unsealPlace(this.pepper, this.request.place);
    const read = await this.readList(list, place);
    if (read.result !== 'page') return this.meet(list, read);

    const { notBeforeMs: _notBeforeMs, ...request } = this.request;
    const pages = request.pages + 1;
    if (read.next === undefined) this.request = afterList(this.request, list);
    else if (pages >= MAX_PAGES) this.leave(list, `more than ${MAX_PAGES} pages`);
    else {
      this.request = { ...request, pages, waits: 0, place: sealPlace(this.pepper, read.next) };
    }
    return true;
  }

  /** Reads a part of a list and takes it over. */
  private async readList(list: SyncList, place: string | undefined): Promise<ListRead<unknown>> {
    const { lists, allowlist } = this.dependencies;
    const { domain, startedAtMs } = this.request;
    const deadlineMs = this.nowMs + CALL_MS;
    if (list === 'allowlist') {
      const read = await lists.readAllowlist(domain, place, deadlineMs);
      if (read.result === 'page') {
        await allowlist.note(domain, allowlistDigests(read.entries, this.pepper), startedAtMs);
      }
      return read;
    }

    const read = await lists.read({ domain, reason: list }, place, deadlineMs);
    if (read.result === 'page') {
      this.allowed ??= await allowlist.all(domain);
      const { pepper, nowMs, allowed } = this;
      const taking = { pepper, startedAtMs, nowMs, allowed };
      const { changes, unmailable } = changesFor(list, read.entries, taking);
      const changed = await this.dependencies.records.change(domain, changes);
      const written = changed.filter((one) => one.written).length;
      this.count({ entries: read.entries.length, unmailable, written });
    }
    return read;
  }

  /** Waits for Mailgun, or leaves the list to the next sync. @returns whether to go on at once. */
  private meet(list: SyncList, problem: ProviderProblem): boolean {
    const waits = this.request.waits + 1;
    const backoffMs = Math.min(WAIT.longestMs, WAIT.baseMs * 2 ** (waits - 1));
    const untilMs =
      (problem.result === 'later' ? problem.untilMs : undefined) ?? this.nowMs + backoffMs;
    const isTooLong = waits > MAX_WAITS || untilMs - this.nowMs > LONGEST_HOLD_MS;
    if (problem.result === 'unreadable' || isTooLong) {
      this.leave(list, problem.reason);
      return true;
    }
    this.dependencies.log.warn('suppressions to be read later', {
      code: 'suppressions-later',
      ...{ domain: this.request.domain, list, reason: problem.reason, waits },
    });
    this.request = { ...this.request, waits, notBeforeMs: untilMs };
    return false;
  }

  private leave(list: SyncList, reason: string): void {
    const unread = [...this.request.unread, { list, reason }];
    this.request = { ...afterList(this.request, list), unread };
  }

  /** Removes what vanished from the lists. @returns whether it was the last part. */
  private async sweepPart(): Promise<boolean> {
    const { records, allowlist } = this.dependencies;
    const { domain, startedAtMs, unread, place } = this.request;
    const isRead = (list: SyncList) => unread.every((one) => one.list !== list);
    if (place === undefined && isRead('allowlist')) {
      await allowlist.forgetBefore(domain, startedAtMs);
    }

    const reasons = SYNC_LISTS.filter((list) => list !== 'allowlist').filter(isRead);
    const page = await records.page(domain, place);
    const nowMs = this.nowMs;
    const decide = (record: SuppressionRecord | undefined) =>
      record && swept(record, reasons, { startedAtMs, nowMs });
    const changes = page.records
      .filter(({ record }) => decide(record) !== record)
      .map(({ recipient }) => ({ recipient, decide }));
    const changed = await records.change(domain, changes);
    this.count({ removed: changed.filter((one) => one.written).length });

    if (page.next === undefined) return true;
    this.request = { ...this.request, place: page.next };
    return false;
  }

  private async conclude(): Promise<void> {
    const { journal, notifier, log } = this.dependencies;
    const { domain, startedAtMs, unread, counts } = this.request;
    const fields = { domain, ...counts, startedAt: new Date(startedAtMs).toISOString() };
    if (unread.length === 0) {
      await journal.noteComplete(domain, startedAtMs);
      log.info('suppressions synced', { code: 'suppressions-synced', ...fields });
      return;
    }

    const reason = unread.map((one) => `${one.list}: ${one.reason}`).join('; ');
    log.error('suppressions not synced', { code: 'suppressions-not-synced', ...fields, reason });
    if (!(await journal.noteFailed(domain, { sinceMs: startedAtMs, reason }))) return;
    await notifier.notify({
      ...{ version: 1, type: 'suppressions.syncFailed', at: new Date(this.nowMs).toISOString() },
      ...{ domain, reason },
    });
  }

  private count({
    entries = 0,
    unmailable = 0,
    written = 0,
    removed = 0,
  }: Partial<SyncCounts>): void {
    const { counts } = this.request;
    this.request = {
      ...this.request,
      counts: {
        entries: counts.entries + entries,
        unmailable: counts.unmailable + unmailable,
        written: counts.written + written,
        removed: counts.removed + removed,
      },
    };
  }

  private askAt(atMs: number): Promise<void> {
    const seconds = Math.max(0, Math.ceil((atMs - this.nowMs) / 1_000));
    return this.dependencies.requests.ask(this.request, Math.min(LONGEST_DELAY_SECONDS, seconds));
  }
}

function swept(
  record: SuppressionRecord,
  reasons: readonly SuppressionReason[],
  times: { readonly startedAtMs: number; readonly nowMs: number },
): SuppressionRecord {
  return reasons.reduce((before, reason) => withoutVanished(before, reason, times), record);
}
