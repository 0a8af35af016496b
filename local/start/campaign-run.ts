import { setTimeout as sleep } from 'node:timers/promises';
import { enqueueCampaign } from '../../client/enqueue-campaign';
import type { CampaignDescription } from '../../client/form-batches';
import type { Recipient } from '../../client/send-request';
import type { CampaignReport } from '../../lambdas/core/report/campaign-report';
import type { LocalMailer } from './local-mailer';
import { mailedAgainstWish } from './left-out';
import { FUNCTIONS, operationsFigures } from './operations-figures';
import type { OperationsFigures } from './operations-figures';
import type { Progress } from './progress-view';
import { fetchReport } from './report-source';
import { sampleCounts, sampleDescription, sampleRecipients } from './sample-campaign';
import type { SampleCounts } from './sample-campaign';
import { settlement } from './settlement';
import type { Look, Settlement } from './settlement';
import { checkBooks, checkSample, checkSums, disagreements } from './verdict';
import type { Check, SampleBooks } from './verdict';

/** What came of the sample campaign. */
export interface CampaignResult {
  readonly report: CampaignReport;
  /** `null` where an external server kept them. */
  readonly books: SampleBooks | null;
  readonly operations: OperationsFigures;
  /** Everything the report was held against. */
  readonly checks: readonly Check[];
  readonly settlement: Settlement;
  readonly durationMs: number;
}

/** A campaign other than the sample. */
export interface CampaignList {
  readonly description: CampaignDescription;
  /** The same each time. */
  readonly recipients: () => Iterable<Recipient>;
  readonly counts: SampleCounts;
}

/** How the sample campaign is sent. */
export interface CampaignRunOptions {
  readonly seed: number;
  readonly recipients: number;
  /** Sent instead of the sample. */
  readonly list?: CampaignList;
  /** How long nothing may change until it counts as all that comes; milliseconds. */
  readonly stillMs?: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

const RECIPIENTS_A_BATCH = 1000;

/** Batches that may wait on the campaign queue before the producer does. */
const LONGEST_QUEUE = 10;

const PATIENCE = { pauseMs: 400, stillMs: 60_000 };

/** Without books nobody can tell when the last event came: this long without one has to do. */
const PATIENCE_WITHOUT_BOOKS = { pauseMs: 400, stillMs: 15_000 };

/** Sends the sample campaign and follows it until it is settled. */
export async function runCampaign(
  mailer: LocalMailer,
  options: CampaignRunOptions,
): Promise<CampaignResult> {
  return new CampaignRun(mailer, options).run();
}

class CampaignRun {
  private readonly description;
  private readonly sample;
  private readonly operationsBefore;
  private readonly callsBefore: number | null;
  private readonly pagesBefore: number | null;
  private mailedAgainstWish = 0;
  private batches = 0;
  private enqueued = 0;
  private report: CampaignReport | undefined;

  constructor(
    private readonly mailer: LocalMailer,
    private readonly options: CampaignRunOptions,
  ) {
    const { list, seed, recipients } = options;
    this.description = list?.description ?? sampleDescription(recipients);
    this.sample = list?.counts ?? sampleCounts(seed, recipients);
    this.operationsBefore = mailer.cloud.operations();
    this.callsBefore = this.callsTo('messages');
    this.pagesBefore = this.callsTo('events', 'logs');
  }

  async run(): Promise<CampaignResult> {
    const beganMs = performance.now();
    const usual = this.mailer.simulator === undefined ? PATIENCE_WITHOUT_BOOKS : PATIENCE;
    const patience = { ...usual, stillMs: this.options.stillMs ?? usual.stillMs };
    const [settled] = await Promise.all([
      settlement(() => this.look(), patience, this.options.signal),
      this.enqueue(),
    ]);
    if (this.options.list === undefined) {
      this.mailedAgainstWish = await mailedAgainstWish(this.mailer, this.options);
    }
    const { report } = this;
    if (report === undefined) throw new Error('a campaign settled that nobody reported');

    return {
      report,
      books: this.books() ?? null,
      operations: this.operations(),
      checks: this.checks(report),
      settlement: settled,
      durationMs: performance.now() - beganMs,
    };
  }

  private async enqueue(): Promise<void> {
    const { aws, outputs } = this.mailer;
    await enqueueCampaign({
      ...this.description,
      sqs: aws.sqs,
      queueUrl: outputs.CampaignQueueUrl,
      recipients: this.recipients(),
      signal: this.options.signal,
      onProgress: ({ batches, recipients }) => {
        this.batches = batches;
        this.enqueued = recipients;
        this.tell();
      },
    });
  }

  private async *recipients(): AsyncGenerator<Recipient> {
    const { seed, recipients, list } = this.options;
    const people = list?.recipients() ?? samplePeople(seed, recipients);
    let sent = 0;
    for (const recipient of people) {
      if (sent % RECIPIENTS_A_BATCH === 0) await this.roomOnQueue();
      sent += 1;
      yield recipient;
    }
  }

  /** The local queue is in memory, where SQS is not: the producer waits while it is long. */
  private async roomOnQueue(): Promise<void> {
    const { cloud, outputs } = this.mailer;
    for (;;) {
      const { visible } = await cloud.queueDepth(outputs.CampaignQueueUrl);
      if (visible < LONGEST_QUEUE) return;
      await sleep(PATIENCE.pauseMs, undefined, { signal: this.options.signal });
    }
  }

  private async look(): Promise<Look> {
    const { cloud, outputs, simulator } = this.mailer;
    const { accountId, campaignId } = this.description;
    const report = await fetchReport(outputs.ControlApiUrl, accountId, campaignId);
    this.report = report ?? this.report;
    this.tell();

    const queues = [outputs.CampaignQueueUrl, outputs.EventQueueUrl];
    const depths = await Promise.all(queues.map((queue) => cloud.queueDepth(queue)));
    const waiting = depths.map(({ visible, inFlight, delayed }) => visible + inFlight + delayed);
    const still = waiting.every((messages) => messages === 0) && simulator?.idle() !== false;
    const agrees = report !== undefined && disagreements(this.checks(report)).length === 0;
    const state = JSON.stringify([{ ...report, asOf: null }, this.enqueued, waiting, this.books()]);
    // Without books, agreement with itself says nothing about what is still to come.
    return { settled: still && agrees && simulator !== undefined, state };
  }

  private checks(report: CampaignReport): readonly Check[] {
    const books = this.books();
    return [
      ...checkSums(report),
      ...checkSample(report, this.sample, books),
      ...(books === undefined ? [] : checkBooks(report, books)),
    ];
  }

  private books(): SampleBooks | undefined {
    const { accountId, campaignId } = this.description;
    const books = this.mailer.simulator?.books();
    const campaign = books?.campaigns[`${accountId}/${campaignId}`];
    if (books === undefined || campaign === undefined) return undefined;

    const { mistakes, webhooks, calls } = books;
    const { mailedAgainstWish } = this;
    return { ...campaign, mistakes, webhooks, calls, mailedAgainstWish };
  }

  private operations(): OperationsFigures {
    const after = this.mailer.cloud.operations();
    const queued = after[FUNCTIONS.receiver]?.sqs['SendMessage'] ?? 0;
    return operationsFigures(this.operationsBefore, after, {
      batches: this.batches,
      events: this.books()?.webhooks.acknowledged ?? queued,
      mailgunCalls: differenceOf(this.callsTo('messages'), this.callsBefore),
      eventPages: differenceOf(this.callsTo('events', 'logs'), this.pagesBefore),
    });
  }

  /** How often endpoints of the simulator were called; `null` where nobody counts. */
  private callsTo(...endpoints: readonly string[]): number | null {
    if (this.mailer.simulator === undefined) return null;

    const { calls } = this.mailer.simulator.books();
    const counts = endpoints.flatMap((endpoint) => Object.values(calls[endpoint] ?? {}));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private tell(): void {
    const { enqueued, report, options } = this;
    options.onProgress({ recipients: options.recipients, enqueued, report });
  }
}

function* samplePeople(seed: number, count: number): Generator<Recipient> {
  for (const { recipient } of sampleRecipients(seed, count)) yield recipient;
}

const differenceOf = (after: number | null, before: number | null): number | null =>
  after === null || before === null ? null : after - before;
