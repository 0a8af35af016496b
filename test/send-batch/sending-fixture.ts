import type { SendRequest } from '../../client/send-request';
import type { DeadLetter } from '../../lambdas/core/dead-letter/dead-letters';
import type { Notification } from '../../lambdas/core/notification/notification';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import type { ParkedPayload } from '../../lambdas/core/batch/parked-batches';
import type {
  Admission,
  Breaker,
  BreakerChange,
  CallResult,
} from '../../lambdas/core/breaker/breaker';
import type { Take } from '../../lambdas/core/governor/governor';
import type { SendingQueueStatus } from '../../lambdas/core/standing/sending-queue-status';
import type {
  DoubtfulSubmission,
  SearchResult,
} from '../../lambdas/core/submission/acceptance-search';
import type { Submission } from '../../lambdas/core/submission/submission';
import type { SuppressionList } from '../../lambdas/core/suppression/suppression';
import type { Dependencies } from '../../lambdas/send-batch/dependencies';
import { createSendBatch, type Disposition } from '../../lambdas/send-batch/send-batch';
import { InMemoryBatchLedger } from '../support/fakes/in-memory-batch-ledger';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryMessageIndex } from '../support/fakes/in-memory-message-index';
import { InMemoryReconcileRequests } from '../support/fakes/in-memory-reconcile-requests';
import { InMemoryRecipientRecords } from '../support/fakes/in-memory-recipient-records';
import { aSendingDomain } from '../support/builders/sending-domains';
import { ScriptedGateway } from '../support/fakes/scripted-gateway';

export const NOW = Date.parse('2026-11-23T12:00:00Z');
export const PEPPER = 'a-pepper-of-some-length';
const INVOCATION_MS = 120_000;

/** Far more than any test asks for: a loop that would not end fails instead of hanging. */
const MOST_CLOCK_READS = 100_000;

/** Everything sending works with, in memory, and the time in hand. */
export class Sending {
  nowMs = NOW;
  readonly ledger = new InMemoryBatchLedger();
  readonly recipientRecords = new InMemoryRecipientRecords();
  readonly messageIndex = new InMemoryMessageIndex();
  readonly reconcileRequests = new InMemoryReconcileRequests();
  readonly controls = new InMemoryControls();
  readonly gateway = new ScriptedGateway();
  readonly notifications: Notification[] = [];
  /** Set it to make a worker die when it tells. */
  notify = (what: Notification): Promise<void> =>
    Promise.resolve(void this.notifications.push(what));
  readonly letters: DeadLetter[] = [];
  readonly logged: unknown[] = [];
  suppressions: Pick<SuppressionList, 'suppressedAmong'> = suppressing();
  onUnknownOutcome: 'verify' | 'retry' = 'verify';
  onUnreadableEvents: 'hold' | 'resend' = 'hold';
  pauseAfterOpenMs: number | undefined;
  /** What Mailgun's events say. */
  found: SearchResult = { result: 'absent' };
  readonly searches: DoubtfulSubmission[] = [];
  admission: Admission = { admission: 'closed' };
  breakerChange: BreakerChange = { change: 'none' };
  readonly results: CallResult[] = [];
  /** Set it to count results in a breaker that is none of a script. */
  recordResult: Breaker['record'] = (_domain, _admission, result) => {
    this.results.push(result);
    return Promise.resolve(this.breakerChange);
  };
  readonly probesGivenBack: string[] = [];
  take: (recipients: number) => Take = () => ({ take: 'granted' });
  readonly givenBack: number[] = [];
  /** Set it to make nothing be given back. */
  faultOfGiveBack: Error | undefined;
  slowedDown = 0;
  queueStatus: SendingQueueStatus | undefined;
  /** Set it to make a worker die when it asks. */
  readQueue = (): Promise<SendingQueueStatus | undefined> => Promise.resolve(this.queueStatus);
  readonly parked = new Map<string, ParkedPayload>();
  readonly slept: number[] = [];
  sentAtMs = NOW;
  groupId: string | undefined;
  private tokens = 0;
  private clockReads = 0;

  /** Sends one message of the queue. */
  async sendBody(body: string, remainingMs = INVOCATION_MS): Promise<Disposition> {
    const secrets = { apiKeys: {}, webhookSigningKeys: [], recipientPepper: PEPPER };
    const note = (...line: unknown[]) => void this.logged.push(line);
    const { ledger, recipientRecords, messageIndex, controls, gateway, reconcileRequests } = this;
    const sendBatch = createSendBatch({
      ...{ ledger, recipientRecords, messageIndex, controls, gateway, reconcileRequests },
      suppressions: this.suppressions as SuppressionList,
      secrets: {
        current: () => Promise.resolve(secrets),
        refreshed: () => Promise.resolve({ secrets, readAtMs: Date.now() }),
      },
      notifier: { notify: (what) => this.notify(what) },
      deadLetters: { put: (letter) => Promise.resolve(void this.letters.push(letter)) },
      domains: {
        'mg.example.com': aSendingDomain(),
      },
      ...this.limits(),
      acceptanceSearch: {
        search: (_domain, doubtful) => {
          this.searches.push(doubtful);
          return Promise.resolve(this.found);
        },
      },
      sendingQueues: { read: () => this.readQueue() },
      parkedBatches: {
        put: (key, payload) => Promise.resolve(void this.parked.set(key.messageId, payload)),
      },
      onUnknownOutcome: this.onUnknownOutcome,
      onUnreadableEvents: this.onUnreadableEvents,
      eventsTrustedAfterMs: 30 * 60_000,
      eventsKeptMs: () => 24 * 3_600_000,
      recordsKeptMs: 90 * 86_400_000,
      pauseAfterOpenMs: this.pauseAfterOpenMs,
      sleep: (ms) => {
        this.slept.push(ms);
        this.nowMs += ms;
        return Promise.resolve();
      },
      clock: () => this.readClock(),
      chance: () => 0.5,
      newToken: () => `token-${++this.tokens}`,
      log: { info: note, warn: note, error: note },
    });
    const group = this.groupId === undefined ? {} : { groupId: this.groupId };
    const message = { body, messageId: 'message-1', sentAtMs: this.sentAtMs, ...group };
    return sendBatch(message, this.nowMs + remainingMs);
  }

  private readClock(): number {
    this.clockReads += 1;
    if (this.clockReads > MOST_CLOCK_READS) throw new Error('the clock is read without end');
    return this.nowMs;
  }

  private limits(): Pick<Dependencies, 'breaker' | 'governor'> {
    return {
      breaker: {
        admit: () => Promise.resolve(this.admission),
        record: (...given) => this.recordResult(...given),
        giveBack: (_domain, token) => Promise.resolve(void this.probesGivenBack.push(token)),
        read: () => Promise.resolve({ state: 'closed', calls: 0, faults: 0 }),
      },
      governor: {
        take: (_domain, count) => Promise.resolve(this.take(count)),
        giveBack: (_domain, count) =>
          this.faultOfGiveBack === undefined
            ? Promise.resolve(void this.givenBack.push(count))
            : Promise.reject(this.faultOfGiveBack),
        slowDown: () => Promise.resolve(void (this.slowedDown += 1)),
        read: () =>
          Promise.resolve({ recipientsPerSecond: 1, usedToday: 0, budgetToday: undefined }),
      },
    };
  }

  /** Sends one request. */
  send(request: SendRequest, remainingMs?: number): Promise<Disposition> {
    return this.sendBody(JSON.stringify(request), remainingMs);
  }

  /** Sends one request again and again, each time as late as it asked for. */
  async sendUntilDone(request: SendRequest, invocations = 50): Promise<void> {
    for (let invocation = 0; invocation < invocations; invocation += 1) {
      const disposition = await this.send(request);
      if (disposition.disposition === 'done') return;
      this.nowMs = Math.max(this.nowMs + 1000, disposition.untilMs);
    }
    throw new Error(`not done after ${invocations} invocations`);
  }

  /** Sends one request, each time as late as it asked for, until its payload is set aside. */
  async sendUntilParked(request: SendRequest): Promise<number[]> {
    const delays: number[] = [];
    while (this.parked.size === 0) {
      if (delays.length > 5_000) throw new Error('never set aside');
      const disposition = await this.send(request);
      if (disposition.disposition === 'done') break;
      delays.push(disposition.untilMs - this.nowMs);
      this.nowMs = disposition.untilMs;
    }
    return delays;
  }

  /** A submission of the batch as it is stored. */
  stored(path = '/', batchId = '000001'): Promise<Submission | undefined> {
    return this.ledger.find({ accountId: 'acme', campaignId: 'spring-sale', batchId, path });
  }

  /** Types of the notifications so far. */
  get types(): readonly string[] {
    return this.notifications.map(({ type }) => type);
  }
}

/** A suppression list that holds these addresses. */
export function suppressing(...addresses: string[]): Pick<SuppressionList, 'suppressedAmong'> {
  const suppressed = new Set(
    addresses.map((address) => recipientDigest(PEPPER, address).toString('hex')),
  );
  return {
    suppressedAmong: (_domain, recipients) =>
      Promise.resolve(
        new Set(
          recipients.flatMap((digest, index) =>
            suppressed.has(Buffer.from(digest).toString('hex')) ? [index] : [],
          ),
        ),
      ),
  };
}
