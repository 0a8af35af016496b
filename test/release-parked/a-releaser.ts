import type { ParkedKey } from '../../lambdas/core/batch/parked-batches';
import { NOTHING_FOUND, type ReleaseRequest } from '../../lambdas/core/batch/release-request';
import type { CampaignMessage } from '../../lambdas/core/queue/campaign-messages';
import type { Dependencies } from '../../lambdas/release-parked/dependencies';
import { createReleaseParked } from '../../lambdas/release-parked/release-parked';
import { aParkedKey, aParkedPayload } from '../contracts/parked-batches.contract';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryParkedBatches } from '../support/fakes/in-memory-parked-batches';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';

export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
export const A_DAY_MS = 86_400_000;

export const everything: ReleaseRequest = {
  ...{ scope: { scope: 'all' }, findings: NOTHING_FOUND, tells: false },
};

export const change = { reason: 'because', actor: 'test', atMs: NOW_MS };

/** Everything a release works with, in memory, and a clock that only sleeping moves. */
export class Releaser {
  nowMs = NOW_MS;
  readonly parked: InMemoryParkedBatches;
  readonly controls = new InMemoryControls();
  readonly queue: CampaignMessage[] = [];
  readonly unparked: string[] = [];
  readonly continued: ReleaseRequest[] = [];
  readonly notifier = new RecordingNotifier();
  readonly log = new RecordingLog();
  readonly dependencies: Dependencies;

  constructor(about: { readonly pageSize?: number; readonly batchesPerSecond?: number } = {}) {
    this.parked = new InMemoryParkedBatches(about.pageSize ?? 3, () => this.nowMs);
    this.dependencies = {
      parkedBatches: this.parked,
      campaignMessages: { put: (message) => this.resolved(() => this.queue.push(message)) },
      ledger: {
        unpark: ({ batchId }, messageId) =>
          this.resolved(() => this.unparked.push(`${batchId} ${messageId}`)),
      },
      controls: this.controls,
      continuations: {
        continueWith: (request) => this.resolved(() => this.continued.push(request)),
      },
      notifier: this.notifier,
      batchesPerSecond: about.batchesPerSecond ?? 10,
      parkedDays: 76,
      clock: () => this.nowMs,
      sleep: (ms) => this.resolved(() => (this.nowMs += ms)),
      log: this.log,
    };
  }

  async park(about: Partial<ParkedKey>, payload: Parameters<typeof aParkedPayload>[0] = {}) {
    const key = aParkedKey(about);
    await this.parked.put(key, aParkedPayload({ body: `body of ${key.batchId}`, ...payload }));
    return key;
  }

  release(request: ReleaseRequest = everything, forMs = 300_000): Promise<void> {
    return createReleaseParked(this.dependencies)(request, this.nowMs + forMs);
  }

  get queued(): string[] {
    return this.queue.map(({ body }) => body.replace('body of ', ''));
  }

  private resolved(act: () => unknown): Promise<void> {
    act();
    return Promise.resolve();
  }
}
