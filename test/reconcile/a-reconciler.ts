import type { AuthenticEvent } from '../../lambdas/core/delivery-event/authentic-event';
import type { JsonObject } from '../../lambdas/core/json';
import type { Disposition } from '../../lambdas/core/queue/consumer';
import type { ReconcileRequest } from '../../lambdas/core/reconciliation/reconcile-request';
import type { Submission } from '../../lambdas/core/submission/submission';
import { writeEventMessage } from '../../lambdas/adapters/sqs/event-message';
import type { Dependencies } from '../../lambdas/reconcile/dependencies';
import { createReconcile } from '../../lambdas/reconcile/reconcile';
import { InMemoryEventLog } from '../support/fakes/in-memory-event-log';
import { InMemoryReconcileCheckpoints } from '../support/fakes/in-memory-reconcile-checkpoints';
import { InMemoryReconcileNotices } from '../support/fakes/in-memory-reconcile-notices';
import {
  aRecorder,
  MESSAGE_ID,
  NOW_MS,
  ourEvent,
  theSubmission,
} from '../record-events/a-recorder';

export const HOUR_MS = 3_600_000;
export const CALLED_AT_MS = NOW_MS;
export const OUR_ID = '0123456789abcdef0123456789abcdef@mg.example.com';

export const theRequest: ReconcileRequest = {
  ...theSubmission,
  ...{ domain: 'mg.example.com', messageId: OUR_ID, attempt: 1 },
  ...{ calledAtMs: CALLED_AT_MS, deliversFromMs: CALLED_AT_MS },
};

export const aSubmission = (about: Partial<Submission> = {}): Submission =>
  ({
    ...{ path: '/', range: { from: 0, to: 3 }, attempts: 1, revision: 0, atMs: CALLED_AT_MS },
    ...{ suppressed: new Set(), recipients: 3, state: 'accepted', messageId: OUR_ID },
    ...about,
  }) as Submission;

let ids = 0;

/** An event of the submission in Mailgun's record. */
export const logged = (recipient: string, fields: JsonObject = {}): JsonObject =>
  ourEvent({
    ...{ event: 'delivered', id: `event-${(ids += 1)}`, recipient },
    timestamp: (CALLED_AT_MS + 60_000) / 1000,
    message: { headers: { 'message-id': OUR_ID } },
    ...fields,
  });

/** A worker that reconciles one submission, and the recorder behind the event queue. */
export async function aReconciler() {
  const recorder = await aRecorder();
  const reconciler = new Reconciler(recorder);
  await recorder.messages.record(OUR_ID, theSubmission);
  return reconciler;
}

export class Reconciler {
  nowMs = CALLED_AT_MS + HOUR_MS;
  submission: Submission | undefined = aSubmission();
  readonly eventLog = new InMemoryEventLog();
  readonly queued: AuthenticEvent[] = [];
  readonly checkpoints = new InMemoryReconcileCheckpoints();
  readonly notices = new InMemoryReconcileNotices();
  readonly dependencies: Dependencies;
  private records = 0;

  constructor(readonly recorder: Awaited<ReturnType<typeof aRecorder>>) {
    const { recipients, tallies, secrets, notifier, log } = recorder;
    this.dependencies = {
      ...{ recipients, tallies, secrets, notifier, log },
      ...{ checkpoints: this.checkpoints, notices: this.notices, eventLog: this.eventLog },
      ledger: { find: () => Promise.resolve(this.submission) },
      eventBatches: {
        sendAll: (events) => {
          this.queued.push(...events);
          return Promise.resolve({ tooLarge: 0 });
        },
      },
      machineWithinSeconds: 3,
      schedule: { afterMs: [HOUR_MS, 9 * HOUR_MS, 23 * HOUR_MS] },
      clock: () => this.nowMs,
      chance: () => 0.5,
    };
  }

  reconcile(request = theRequest, dependencies = this.dependencies): Promise<Disposition> {
    return createReconcile(dependencies)(request, this.nowMs + 120_000);
  }

  /** Records what waits on the event queue, as the next function does. */
  async record(): Promise<void> {
    const waiting = this.queued.splice(0).map((event) => ({
      messageId: `reconciled-${(this.records += 1)}`,
      body: writeEventMessage(event),
    }));
    expect(await this.recorder.recordEvents(waiting)).toEqual([]);
  }

  /** Comes back as often as it is asked to, and records what was found each time. */
  async reconcileUntilDone(): Promise<void> {
    for (let times = 0; times < 20; times += 1) {
      const disposition = await this.reconcile();
      await this.record();
      if (disposition.disposition === 'done') return;
      this.nowMs = Math.max(this.nowMs + 1_000, disposition.untilMs);
    }
    throw new Error('not done after twenty times');
  }
}

export { MESSAGE_ID };
