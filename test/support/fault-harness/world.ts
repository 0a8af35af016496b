import type { SendRequest } from '../../../client/send-request';
import type { ParkedScope } from '../../../lambdas/core/batch/parked-batches';
import { NOTHING_FOUND, type ReleaseRequest } from '../../../lambdas/core/batch/release-request';
import type { BreakerSettings } from '../../../lambdas/core/breaker/breaker';
import type { CampaignKey } from '../../../lambdas/core/campaign/keys';
import type { GovernorSettings } from '../../../lambdas/core/governor/governor';
import type { Log } from '../../../lambdas/core/log';
import type { Notification, Notifier } from '../../../lambdas/core/notification/notification';
import { recipientDigest } from '../../../lambdas/core/recipient/recipient-digest';
import type { CampaignMessage } from '../../../lambdas/core/queue/campaign-messages';
import { createReleaseParked } from '../../../lambdas/release-parked/release-parked';
import { createMessageHandler } from '../../../lambdas/send-batch/handle-messages';
import type { Dependencies } from '../../../lambdas/send-batch/dependencies';
import { createSendBatch } from '../../../lambdas/send-batch/send-batch';
import { aSendingDomain } from '../builders/sending-domains';
import { InMemoryBatchLedger } from '../fakes/in-memory-batch-ledger';
import { InMemoryBreaker } from '../fakes/in-memory-breaker';
import { InMemoryControls } from '../fakes/in-memory-controls';
import { InMemoryDeadLetters } from '../fakes/in-memory-dead-letters';
import { InMemoryGovernor } from '../fakes/in-memory-governor';
import { InMemoryMessageIndex } from '../fakes/in-memory-message-index';
import { InMemoryParkedBatches } from '../fakes/in-memory-parked-batches';
import { InMemoryReconcileRequests } from '../fakes/in-memory-reconcile-requests';
import { InMemoryRecipientRecords } from '../fakes/in-memory-recipient-records';
import { InMemorySecrets } from '../fakes/in-memory-secrets';
import { InMemorySuppressionList } from '../fakes/in-memory-suppression-list';
import {
  Fleet,
  type FleetSettings,
  type Handler,
  type HandlerFactory,
  type Invocation,
} from './fleet';
import { NOTHING, type Injector } from './injections';
import { ModelMailgun } from './model-mailgun';
import { ModelQueue, type QueueSettings } from './model-queue';
import { seeded, type Random } from './random';
import { Scheduler } from './scheduler';

export const START_MS = Date.parse('2026-11-23T12:00:00Z');
export const PEPPER = 'a-pepper-of-some-length';
export const DOMAIN = 'mg.example.com';
export const CAMPAIGN: CampaignKey = { accountId: 'acme', campaignId: 'spring-sale' };
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const DOMAINS: Dependencies['domains'] = {
  [DOMAIN]: aSendingDomain(),
};

/** What a world is made of; everything has a default. */
export interface WorldSettings {
  readonly seed: number;
  readonly injector: Injector;
  readonly fleet: Partial<FleetSettings>;
  readonly queue: Partial<QueueSettings>;
  readonly breaker: Partial<BreakerSettings>;
  readonly governor: Partial<GovernorSettings>;
  readonly sending: Partial<
    Pick<
      Dependencies,
      'onUnknownOutcome' | 'onUnreadableEvents' | 'eventsTrustedAfterMs' | 'pauseAfterOpenMs'
    >
  >;
  /** Hears what the world's own list does not keep then. */
  readonly notifier: Notifier;
  /** Another consumer in the place of the real one. */
  readonly handler: (world: World) => HandlerFactory;
}

/**
 * Workers with their queue, stores and Mailgun, in virtual time. The same settings give the same
 * run, event by event.
 */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly queue: ModelQueue;
  readonly mailgun: ModelMailgun;
  readonly fleet: Fleet;
  readonly ledger = new InMemoryBatchLedger();
  readonly recipientRecords = new InMemoryRecipientRecords();
  readonly messageIndex = new InMemoryMessageIndex();
  readonly reconcileRequests = new InMemoryReconcileRequests();
  readonly suppressions = new InMemorySuppressionList();
  readonly controls: InMemoryControls;
  readonly breaker: InMemoryBreaker;
  readonly governor: InMemoryGovernor;
  readonly parked: InMemoryParkedBatches;
  readonly deadLetters = new InMemoryDeadLetters();
  readonly secrets = new InMemorySecrets({ recipientPepper: PEPPER });
  readonly notifications: Notification[] = [];
  readonly requests: SendRequest[] = [];
  /** Lines that hold an address, which none may. */
  readonly indiscretions: string[] = [];
  private tokens = 0;

  constructor(private readonly settings: Partial<WorldSettings> = {}) {
    const random = seeded(settings.seed ?? 1);
    this.random = random;
    this.scheduler = new Scheduler(START_MS, random);
    const { scheduler } = this;
    this.mailgun = new ModelMailgun(scheduler, random);
    this.parked = new InMemoryParkedBatches(200, () => scheduler.nowMs);
    this.controls = new InMemoryControls(() => scheduler.nowMs);
    this.breaker = new InMemoryBreaker({
      ...{ windowMs: 60_000, minimumFaults: 10, faultRate: 0.5 },
      ...{ coolDownMs: 30_000, longestCoolDownMs: 10 * MINUTE_MS },
      ...settings.breaker,
    });
    const budget = { recipientsPerSecond: 1_000_000, ...settings.governor };
    this.governor = new InMemoryGovernor(() => budget);
    this.queue = new ModelQueue(scheduler, random, {
      ...{ visibilityTimeoutMs: 12 * MINUTE_MS, maxReceiveCount: 1_000 },
      ...{ retentionMs: 14 * DAY_MS, duplicates: 0 },
      ...settings.queue,
    });
    this.fleet = new Fleet(scheduler, random, this.queue, {
      ...{ workers: 3, invocationMs: 2 * MINUTE_MS, skewMs: () => 0 },
      ...settings.fleet,
      handler: settings.handler?.(this) ?? ((invocation) => this.consumer(invocation)),
    });
    this.fleet.injector = settings.injector ?? NOTHING;
  }

  get nowMs(): number {
    return this.scheduler.nowMs;
  }

  /** Puts a batch on the queue. */
  enqueue(request: SendRequest): void {
    if (!this.requests.some(({ batchId }) => batchId === request.batchId)) {
      this.requests.push(request);
    }
    this.queue.send(JSON.stringify(request), request.accountId);
  }

  suppress(address: string): Promise<void> {
    return this.suppressions.add({
      domain: DOMAIN,
      recipient: recipientDigest(PEPPER, address),
      ...{ reason: 'complaint', cause: 'test', observedAtMs: this.nowMs },
    });
  }

  /** Puts dead letters back on the queue, as a person does after a look at them. */
  redrive(): void {
    for (const { body, groupId } of this.deadLetters.letters.splice(0)) {
      this.queue.send(body, groupId);
    }
  }

  /** Runs something at so many milliseconds after the start. */
  later(ms: number, run: () => unknown): void {
    this.scheduler.at(START_MS + ms, () => void run());
  }

  /** Runs until nothing is left to do, or until so many milliseconds after the start. */
  run(forMs = 3 * DAY_MS): Promise<boolean> {
    return this.scheduler.run(START_MS + forMs);
  }

  pause(): Promise<boolean> {
    return this.controls.pauseCampaign(CAMPAIGN, this.change());
  }

  /** Makes the campaign active, then puts back what was set aside: in this order, as operators do. */
  async resume(): Promise<void> {
    await this.controls.resumeCampaign(CAMPAIGN, this.change());
    this.release({ scope: 'campaign', ...CAMPAIGN });
  }

  async cancel(): Promise<void> {
    await this.controls.cancelCampaign(CAMPAIGN, this.change());
    this.release({ scope: 'campaign', ...CAMPAIGN });
  }

  async unblock(): Promise<void> {
    await this.controls.unblockDomain(DOMAIN, this.change());
    this.release({ scope: 'domain', domain: DOMAIN });
  }

  /** Asks for parked payloads to be looked at; whoever dies or fails at it is followed by another. */
  release(scope: ParkedScope): void {
    this.walk({ scope, findings: NOTHING_FOUND, tells: false });
  }

  /** Looks at everything that is parked, every hour from now on, as the schedule does. */
  sweepHourly(hours: number): void {
    for (let hour = 1; hour <= hours; hour += 1) {
      this.scheduler.after(hour * HOUR_MS, () => this.release({ scope: 'all' }));
    }
  }

  /** Mailgun's events come in as webhooks, this long after the mail was taken. */
  deliverWebhooks(delayMs: () => number): void {
    this.mailgun.onTaken = ({ fields, messageId }) => {
      const [accountId, campaignId, batchId] = String(fields['v:batch']).split('/');
      const path = String(fields['v:path']);
      const submission = {
        accountId: accountId!,
        campaignId: campaignId!,
        batchId: batchId!,
        path,
      };
      this.scheduler.after(delayMs(), () => {
        void this.ledger.acceptedByEvidence(submission, messageId, this.nowMs);
      });
    };
  }

  /** Types of the notifications so far. */
  get types(): readonly string[] {
    return this.notifications.map(({ type }) => type);
  }

  private walk(request: ReleaseRequest): void {
    const again = (ms: number) => this.scheduler.after(ms, () => this.walk(request));
    const invocation = this.fleet.invocationBeside(() => again(5 * MINUTE_MS));
    const { clock, sleep } = invocation;
    const releaseParked = createReleaseParked({
      parkedBatches: invocation.wrap('parkedBatches', this.parked),
      campaignMessages: invocation.wrap('campaignMessages', {
        put: ({ body, groupId }: CampaignMessage) =>
          Promise.resolve(void this.queue.send(body, groupId)),
      }),
      ledger: invocation.wrap('ledger', this.ledger),
      controls: invocation.wrap('controls', this.controls),
      continuations: invocation.wrap('continuations', {
        continueWith: (rest: ReleaseRequest) => {
          this.walk(rest);
          return Promise.resolve();
        },
      }),
      notifier: { notify: () => Promise.resolve() },
      ...{ batchesPerSecond: 10, parkedDays: 90, clock, sleep, log: this.log() },
    });
    releaseParked(request, clock() + 2 * MINUTE_MS).catch(() => again(30_000));
  }

  private change() {
    return { reason: 'test', actor: 'operator', atMs: this.nowMs };
  }

  /** The consumer as it is deployed, on ports that live and die with an invocation. */
  consumer(invocation: Invocation): Handler {
    const { clock } = invocation;
    const chance = this.random;
    const log = this.log();
    const sendBatch = createSendBatch(this.dependencies(invocation));
    const queue = invocation.wrap('queue', {
      hide: (receipt: string, seconds: number) => this.queue.hide(receipt, seconds),
    });
    return createMessageHandler({ sendBatch, queue, clock, chance, log });
  }

  private dependencies(invocation: Invocation): Dependencies {
    const { clock, sleep } = invocation;
    const notifier = this.settings.notifier ?? {
      notify: (what: Notification) => Promise.resolve(void this.notifications.push(what)),
    };
    return {
      ledger: invocation.wrap('ledger', this.ledger),
      recipientRecords: invocation.wrap('recipientRecords', this.recipientRecords),
      messageIndex: invocation.wrap('messageIndex', this.messageIndex),
      reconcileRequests: invocation.wrap('reconcileRequests', this.reconcileRequests),
      suppressions: invocation.wrap('suppressions', this.suppressions),
      controls: invocation.wrap('controls', this.controls),
      breaker: invocation.wrap('breaker', this.breaker),
      governor: invocation.wrap('governor', this.governor),
      acceptanceSearch: invocation.wrap('acceptanceSearch', this.mailgun),
      sendingQueues: { read: () => Promise.resolve(undefined) },
      parkedBatches: invocation.wrap('parkedBatches', this.parked),
      gateway: invocation.wrap('gateway', this.mailgun.gateway(clock)),
      secrets: invocation.wrap('secrets', this.secrets),
      notifier: invocation.wrap('notifier', notifier),
      deadLetters: invocation.wrap('deadLetters', this.deadLetters),
      domains: DOMAINS,
      onUnknownOutcome: 'verify',
      onUnreadableEvents: 'hold',
      eventsTrustedAfterMs: 30 * MINUTE_MS,
      eventsKeptMs: () => DAY_MS,
      recordsKeptMs: 90 * 86_400_000,
      pauseAfterOpenMs: undefined,
      ...this.settings.sending,
      ...{ clock, sleep, chance: this.random, log: this.log() },
      newToken: () => `token-${(this.tokens += 1)}`,
    };
  }

  private log(): Log {
    const note = (...line: readonly unknown[]) => {
      const text = JSON.stringify(line);
      if (text.includes('@example.')) this.indiscretions.push(text);
    };
    return { info: note, warn: note, error: note };
  }
}
