import type { CampaignKey } from '../../lambdas/core/campaign/keys';
import type { GuardRequest } from '../../lambdas/core/guard/guard-requests';
import type { GuardSettings } from '../../lambdas/core/guard/limits';
import type { Notification } from '../../lambdas/core/notification/notification';
import { readGuardMessage, writeGuardMessage } from '../../lambdas/adapters/sqs/guard-message';
import { createRequestHandler, type RequestHandling } from '../../lambdas/guard/handle-requests';
import { defaultGuard } from '../support/builders/guard';
import { InMemoryAccountLog } from '../support/fakes/in-memory-account-log';
import { InMemoryBatchLedger } from '../support/fakes/in-memory-batch-ledger';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import { InMemoryGuardRecords } from '../support/fakes/in-memory-guard-records';
import { InMemoryGuardRequests } from '../support/fakes/in-memory-guard-requests';
import { InMemoryTallies } from '../support/fakes/in-memory-tallies';
import { InMemoryWatchList } from '../support/fakes/in-memory-watch-list';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';
import { aBatchContent } from '../support/builders/submissions';
import { anAcceptedSubmission } from '../support/builders/batches';

export const NOW_MS = Date.parse('2026-12-01T12:00:00Z');
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export const spring: CampaignKey = { accountId: 'acme', campaignId: 'spring-sale' };

export const evaluate = (campaign: CampaignKey = spring, dueAtMs?: number): GuardRequest => ({
  request: 'evaluate',
  subject: { subject: 'campaign', campaign },
  ...(dueAtMs !== undefined && { dueAtMs }),
});

/** A guard with everything it works with in memory, and a clock that a test moves. */
export class Guard {
  nowMs = NOW_MS;
  readonly controls = new InMemoryControls(() => this.nowMs);
  readonly records = new InMemoryGuardRecords();
  readonly accounts = new InMemoryAccountLog(() => this.nowMs);
  readonly watchList = new InMemoryWatchList();
  readonly requests = new InMemoryGuardRequests();
  readonly books = new InMemoryBatchLedger();
  readonly tallies = new InMemoryTallies();
  readonly notifier = new RecordingNotifier();
  readonly deadLetters = new InMemoryDeadLetters();
  readonly log = new RecordingLog();
  /** Seconds each message was hidden for. */
  readonly hidden: number[] = [];
  readonly handling: RequestHandling;
  private batches = 0;
  private tokens = 0;

  constructor(settings: Partial<GuardSettings> = {}) {
    this.handling = {
      records: this.records,
      accounts: this.accounts,
      watchList: this.watchList,
      requests: this.requests,
      books: this.books,
      tallies: this.tallies,
      controls: this.controls,
      notifier: this.notifier,
      lookAtDomains: () => Promise.resolve(),
      queue: {
        hide: (_receipt, seconds) => {
          this.hidden.push(seconds);
          return Promise.resolve();
        },
      },
      deadLetters: this.deadLetters,
      readRequest: readGuardMessage,
      settings: { ...defaultGuard, ...settings },
      newToken: () => `token-${(this.tokens += 1)}`,
      clock: () => this.nowMs,
      log: this.log,
    };
  }

  /** A batch that was accepted just now, and what became of its first recipients. */
  async accept(
    accepted: number,
    became: { readonly bounced?: number; readonly complained?: number } = {},
    campaign: CampaignKey = spring,
  ): Promise<void> {
    this.batches += 1;
    const key = { ...campaign, batchId: String(this.batches).padStart(6, '0') };
    await this.books.begin(aBatchContent({ key, audience: accepted }), this.nowMs);
    const range = { from: 0, to: accepted };
    const submission = anAcceptedSubmission({ range, atMs: this.nowMs, recipients: accepted });
    await this.books.advance(key, undefined, submission);
    const { bounced = 0, complained = 0 } = became;
    const positions = (from: number, count: number) =>
      new Set(Array.from({ length: count }, (_unused, index) => from + index));
    const sets = {
      bounced: positions(0, bounced),
      delivered: positions(bounced, accepted - bounced),
      complained: positions(bounced, complained),
    };
    for (const [kind, some] of Object.entries(sets) as [keyof typeof sets, Set<number>][]) {
      if (some.size > 0) await this.tallies.add({ batch: key, kind, positions: some });
    }
  }

  /** Serves one message, as the queue hands it out. @returns whether it is done. */
  async serve(request: GuardRequest, receives = 1): Promise<boolean> {
    return this.serveBody(writeGuardMessage(request), receives);
  }

  async serveBody(body: string, receives = 1, handling = this.handling): Promise<boolean> {
    const record = {
      ...{ messageId: 'm', receiptHandle: 'r', body },
      attributes: { ApproximateReceiveCount: String(receives) },
    };
    const { batchItemFailures } = await createRequestHandler(handling)(
      { Records: [record] } as never,
      this.nowMs + 2 * MINUTE_MS,
    );
    return batchItemFailures.length === 0;
  }

  /** One run of the schedule. */
  async sweep(handling = this.handling): Promise<void> {
    await createRequestHandler(handling)({} as never, this.nowMs + 2 * MINUTE_MS);
  }

  /** Serves everything that was asked for since, each when it is due, until nothing is asked for. */
  async serveAll(): Promise<void> {
    for (let next = this.requests.puts.shift(); next; next = this.requests.puts.shift()) {
      this.nowMs += next.delaySeconds * 1_000;
      while (!(await this.serve(next.request))) this.nowMs += (this.hidden.at(-1) ?? 0) * 1_000;
    }
  }

  async facts(campaign: CampaignKey = spring) {
    return (await this.records.read({ subject: 'campaign', campaign })).facts;
  }

  async standing(campaign: CampaignKey = spring): Promise<string> {
    return (await this.controls.campaign(campaign)).standing;
  }

  resume(campaign: CampaignKey = spring) {
    const change = { reason: 'looked at', actor: 'grace', atMs: this.nowMs };
    return this.controls.resumeCampaign(campaign, change);
  }

  reinstate(accountId = 'acme') {
    const change = { reason: 'list was cleaned', actor: 'grace', atMs: this.nowMs };
    return this.controls.reinstateAccount(accountId, change);
  }

  get told(): readonly string[] {
    return this.notifier.notifications.map((told) =>
      'campaignId' in told ? `${told.type} ${told.campaignId}` : told.type,
    );
  }

  get notifications(): readonly Notification[] {
    return this.notifier.notifications;
  }
}
