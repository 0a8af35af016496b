import type { Comparison, MissingEvent, OutcomesKnown } from '../core/reconciliation/comparison';
import { repairedSum, type Reading, type Repaired } from '../core/reconciliation/checkpoint';
import type { LogRead } from '../core/reconciliation/event-log';
import type { ReconcileRequest } from '../core/reconciliation/reconcile-request';
import type { PositionRange } from '../core/submission/submission';
import type { Dependencies } from './dependencies';
import type { Progress } from './progress';

/** Pages between two checkpoints: a worker that dies has so many to read again at most. */
const PAGES_A_CHECKPOINT = 10;

/** Pages of one pass before it is given up as endless: a thousand recipients have some dozens. */
const MAX_PAGES = 3_000;

/** Empty pages in a row that end a record. One may be a gap: its link can lead to more. */
const LAST_EMPTY_PAGES = 2;

/** How reading ended. */
export type RecordEnd =
  | { readonly end: 'complete' }
  | { readonly end: 'unreadable'; readonly reason: string }
  | { readonly end: 'later'; readonly untilMs: number | undefined; readonly reason: string }
  | { readonly end: 'out-of-time' }
  | { readonly end: 'overtaken' };

/** What is read and held against what. */
export interface RecordWork {
  readonly request: ReconcileRequest;
  readonly messageIds: readonly string[];
  readonly comparison: Comparison;
  /** No page is asked for behind this time; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/**
 * Reads Mailgun's record of one submission and puts what is missing on the event queue.
 *
 * What a page brought is on the queue before any checkpoint is behind that page: a worker that dies
 * leaves events to be found again, which changes nothing, and none that are not found.
 */
export class RecordReader {
  /** Where the next worker goes on; `undefined` where it begins anew. */
  reading: Reading | undefined;
  /** Since the last checkpoint. */
  unsaved: Repaired = {};
  /** In this invocation. */
  readonly counts = { pages: 0, events: 0, missing: 0, tooLarge: 0 };

  constructor(
    private readonly dependencies: Dependencies,
    private readonly work: RecordWork,
    private readonly progress: Progress,
  ) {}

  /** What became of the recipients in a range, as far as it is known by now. */
  outcomesIn(range: PositionRange): OutcomesKnown {
    return this.work.comparison.outcomesIn(range);
  }

  async run(): Promise<RecordEnd> {
    const begun = this.progress.checkpoint.reading ?? { idIndex: 0, place: undefined, pages: 0 };
    let reading = begun;
    while (reading.idIndex < this.work.messageIds.length) {
      const end = await this.readFrom(reading);
      if (end.end !== 'complete') return end;
      reading = { idIndex: reading.idIndex + 1, place: undefined, pages: this.reading?.pages ?? 0 };
    }
    return { end: 'complete' };
  }

  /** Reads the record of one message id from a place to its end. */
  private async readFrom(begun: Reading): Promise<RecordEnd> {
    const seen = new Set<string>();
    let emptyPages = 0;
    let reading = begun;
    for (;;) {
      this.reading = reading;
      if (this.dependencies.clock() >= this.work.deadlineMs) return { end: 'out-of-time' };
      const read = await this.read(reading);
      if (read.result !== 'page') return this.stop(read, reading === begun);

      await this.add(this.work.comparison.missingAmong(read.events));
      this.counts.pages += 1;
      this.counts.events += read.events.length;
      reading = { ...reading, place: read.next, pages: reading.pages + 1 };
      emptyPages = read.events.length === 0 ? emptyPages + 1 : 0;
      if (read.next === undefined || emptyPages === LAST_EMPTY_PAGES) return this.end(reading);
      if (emptyPages === 0 && seen.has(read.next)) return this.leadsBack();
      seen.add(read.next);
      if (reading.pages >= MAX_PAGES) return this.giveUp(reading);
      if (reading.pages % PAGES_A_CHECKPOINT === 0 && !(await this.save(reading))) {
        return { end: 'overtaken' };
      }
    }
  }

  private read({ idIndex, place }: Reading): Promise<LogRead> {
    const { domain, calledAtMs } = this.work.request;
    const messageId = this.work.messageIds[idIndex] ?? '';
    const { eventLog } = this.dependencies;
    return eventLog.read({ domain, messageId, calledAtMs }, place, this.work.deadlineMs);
  }

  private async add(missing: readonly MissingEvent[]): Promise<void> {
    if (missing.length === 0) return;
    const { eventBatches, clock } = this.dependencies;
    const receivedAtMs = clock();
    const { tooLarge } = await eventBatches.sendAll(
      missing.map(({ token, eventData, occurredAtMs }) => ({
        ...{ token, receivedAtMs, eventData },
        signedAtMs: occurredAtMs ?? this.work.request.calledAtMs,
      })),
    );
    for (const { kind } of missing) this.unsaved = repairedSum(this.unsaved, { [kind]: 1 });
    this.counts.missing += missing.length;
    this.counts.tooLarge += tooLarge;
  }

  private async save(reading: Reading): Promise<boolean> {
    this.reading = reading;
    const saved = await this.progress.save({ reading }, this.unsaved, this.dependencies.clock());
    this.unsaved = {};
    return saved;
  }

  private stop(read: Exclude<LogRead, { result: 'page' }>, isFirstRead: boolean): RecordEnd {
    if (read.result === 'unreadable') return { end: 'unreadable', reason: read.reason };
    const { untilMs, reason } = read;
    // A place of an earlier invocation may have grown old: without it the pass begins anew.
    if (isFirstRead && untilMs === undefined) this.reading = undefined;
    return { end: 'later', untilMs, reason };
  }

  private leadsBack(): RecordEnd {
    this.reading = undefined;
    return { end: 'later', untilMs: undefined, reason: 'a page leads back to an earlier one' };
  }

  private giveUp(reading: Reading): RecordEnd {
    const { log } = this.dependencies;
    const { accountId, campaignId, batchId, path } = this.work.request;
    log.warn('record of a submission too long to be read to its end', {
      code: 'reconciliation-endless',
      ...{ accountId, campaignId, batchId, path, pages: reading.pages },
    });
    return this.end(reading);
  }

  private end(reading: Reading): RecordEnd {
    this.reading = reading;
    return { end: 'complete' };
  }
}
