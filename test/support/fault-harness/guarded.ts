import type { SQSEvent } from 'aws-lambda';
import { writeEventMessage } from '../../../lambdas/adapters/sqs/event-message';
import { readGuardMessage, writeGuardMessage } from '../../../lambdas/adapters/sqs/guard-message';
import type { GuardRequest } from '../../../lambdas/core/guard/guard-requests';
import type { JsonObject } from '../../../lambdas/core/json';
import { createRequestHandler } from '../../../lambdas/guard/handle-requests';
import { createRecordEvents } from '../../../lambdas/record-events/record-events';
import { defaultGuard } from '../builders/guard';
import { anEventData } from '../builders/webhooks';
import { InMemoryAccountLog } from '../fakes/in-memory-account-log';
import { InMemoryAllowlist } from '../fakes/in-memory-allowlist';
import { InMemoryEventStore } from '../fakes/in-memory-event-store';
import { InMemoryGuardRecords } from '../fakes/in-memory-guard-records';
import { InMemoryTallies } from '../fakes/in-memory-tallies';
import { InMemoryWatchList } from '../fakes/in-memory-watch-list';
import { RecordingLog } from '../fakes/recording-log';
import type { Invocation } from './fleet';
import type { ModelCall } from './model-mailgun';
import { MINUTE_MS, type World } from './world';

/** What becomes of a mail: one event after the other. */
export type Fate = readonly ('delivered' | 'bounced' | 'complained')[];

/** How long the queue hides what a dead worker held. */
const VISIBILITY_MS = 12 * MINUTE_MS;

/** How long the recorder gathers events. */
const GATHERING_MS = 5_000;

/**
 * A world whose mail comes to something: events reach the recorder, the recorder wakes the guard,
 * and the guard sweeps every minute, all of it as it is deployed and in virtual time.
 */
export class Guarded {
  readonly tallies = new InMemoryTallies();
  readonly records = new InMemoryGuardRecords();
  readonly accounts: InMemoryAccountLog;
  readonly watchList = new InMemoryWatchList();
  /** Lines of recorder and guard. */
  readonly log = new RecordingLog();
  evaluations = 0;
  private readonly recordEvents: ReturnType<typeof createRecordEvents>;
  private arrived: { readonly messageId: string; readonly body: string }[] = [];
  private events = 0;
  private tokens = 0;

  /**
   * @param fateOf what becomes of an address's mail.
   * @param delayMs how long each of its events takes.
   */
  constructor(
    private readonly world: World,
    fateOf: (address: string) => Fate,
    delayMs: () => number,
  ) {
    const { scheduler } = world;
    this.accounts = new InMemoryAccountLog(() => world.nowMs);
    this.recordEvents = createRecordEvents({
      ...{ secrets: world.secrets, messages: world.messageIndex, acceptance: world.ledger },
      ...{ recipients: world.recipientRecords, suppressions: world.suppressions },
      ...{ events: new InMemoryEventStore(), tallies: this.tallies, watchList: this.watchList },
      guardRequests: { put: (request, seconds) => this.ask(request, seconds) },
      allowlist: new InMemoryAllowlist(),
      ...{ deadLetters: world.deadLetters, notifier: { notify: () => Promise.resolve() } },
      ...{ machineWithinSeconds: 3, clock: () => world.nowMs, log: this.log },
    });
    world.mailgun.onTaken = (call) => {
      for (const address of call.addresses) {
        let afterMs = 0;
        for (const event of fateOf(address)) {
          afterMs += delayMs();
          scheduler.after(afterMs, () => this.arrive(this.eventData(call, address, event)));
        }
      }
    };
  }

  /** Runs the guard's schedule for so long. */
  sweepFor(minutes: number): void {
    for (let minute = 1; minute <= minutes; minute += 1) {
      this.world.later(minute * MINUTE_MS, () => {
        const invocation = this.world.fleet.invocationBeside(() => undefined);
        const handler = this.handler(invocation, () => undefined);
        // A sweep that fails is followed by the next one.
        handler({} as SQSEvent, invocation.clock() + 120_000).catch(() => undefined);
      });
    }
  }

  private eventData(call: ModelCall, recipient: string, event: Fate[number]): JsonObject {
    const variables = Object.entries(call.fields).flatMap(([name, value]) =>
      name.startsWith('v:') ? [[name.slice(2), String(value)]] : [],
    );
    return anEventData({
      ...{ recipient, timestamp: this.world.nowMs / 1_000, id: `event-${(this.events += 1)}` },
      ...(event === 'bounced'
        ? {
            ...{ event: 'failed', severity: 'permanent', reason: 'bounce' },
            'delivery-status': { code: 550, 'enhanced-code': '5.1.1', message: 'no such user' },
          }
        : { event }),
      message: { headers: { 'message-id': call.messageId } },
      'user-variables': Object.fromEntries(variables) as JsonObject,
    });
  }

  private arrive(eventData: JsonObject): void {
    const nowMs = Math.floor(this.world.nowMs);
    const token = String(this.events).padStart(50, '0');
    const body = writeEventMessage({ token, signedAtMs: nowMs, receivedAtMs: nowMs, eventData });
    if (this.arrived.length === 0) {
      this.world.scheduler.after(GATHERING_MS, () => {
        void this.recordEvents(this.arrived.splice(0));
      });
    }
    this.arrived.push({ messageId: `record-${this.events}`, body });
  }

  private ask(request: GuardRequest, delaySeconds = 0): Promise<void> {
    this.deliver(writeGuardMessage(request), 1, delaySeconds * 1_000 + 100);
    return Promise.resolve();
  }

  private deliver(body: string, receives: number, afterMs: number): void {
    this.world.scheduler.after(afterMs, () => void this.serve(body, receives));
  }

  private async serve(body: string, receives: number): Promise<void> {
    const again = (ms: number) => this.deliver(body, receives + 1, ms);
    const invocation = this.world.fleet.invocationBeside(() => again(VISIBILITY_MS));
    let hiddenMs = VISIBILITY_MS;
    const handler = this.handler(invocation, (seconds) => {
      hiddenMs = seconds * 1_000;
    });
    const record = {
      ...{ messageId: 'm', receiptHandle: 'r', body },
      attributes: { ApproximateReceiveCount: String(receives) },
    };
    const event = { Records: [record] } as unknown as SQSEvent;
    const { batchItemFailures } = await handler(event, invocation.clock() + 120_000);
    if (batchItemFailures.length > 0) again(hiddenMs);
  }

  private handler(invocation: Invocation, onHide: (seconds: number) => void) {
    const { world } = this;
    const books = {
      read: (...given: Parameters<typeof world.ledger.read>) => {
        this.evaluations += 1;
        return world.ledger.read(...given);
      },
    };
    return createRequestHandler({
      records: invocation.wrap('guardRecords', this.records),
      accounts: invocation.wrap('accountLog', this.accounts),
      watchList: invocation.wrap('watchList', this.watchList),
      requests: invocation.wrap('guardRequests', {
        put: (request: GuardRequest, seconds?: number) => this.ask(request, seconds),
      }),
      ...{ books, tallies: invocation.wrap('guardTallies', this.tallies) },
      controls: invocation.wrap('guardControls', world.controls),
      notifier: {
        notify: (what) => Promise.resolve(void world.notifications.push(what)),
      },
      lookAtDomains: () => Promise.resolve(),
      queue: {
        hide: (_receipt, seconds) => {
          onHide(seconds);
          return Promise.resolve();
        },
      },
      ...{ deadLetters: world.deadLetters, readRequest: readGuardMessage, settings: defaultGuard },
      newToken: () => `guard-${(this.tokens += 1)}`,
      ...{ clock: invocation.clock, log: this.log },
    });
  }
}
