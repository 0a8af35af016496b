import fc from 'fast-check';
import { park } from '../../lambdas/send-batch/park';
import type { ParkedKey } from '../../lambdas/core/batch/parked-batches';
import type { Dependencies } from '../../lambdas/release-parked/dependencies';
import { createReleaseParked } from '../../lambdas/release-parked/release-parked';
import { aParkedKey } from '../contracts/parked-batches.contract';
import { change, everything, NOW_MS, Releaser } from './a-releaser';

class WorkerDied extends Error {}

/** Every port call of a release dies from the n-th on: before it is made, or after. */
function dyingAt(dependencies: Dependencies, n: number, when: 'before' | 'after'): Dependencies {
  let calls = 0;
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          calls += 1;
          if (calls > n || (calls === n && when === 'before')) throw new WorkerDied();
          const answer: unknown = await (member as (...all: unknown[]) => unknown).apply(
            target,
            given,
          );
          if (calls === n) throw new WorkerDied();
          return answer;
        };
      },
    });
  const { parkedBatches, campaignMessages, ledger, controls, continuations } = dependencies;
  return {
    ...dependencies,
    parkedBatches: mortal(parkedBatches),
    campaignMessages: mortal(campaignMessages),
    ledger: mortal(ledger),
    controls: mortal(controls),
    continuations: mortal(continuations),
  };
}

/** List, standings, then get, put, unpark and delete of each of two. */
const CALLS = 10;

const deaths = Array.from({ length: CALLS }, (_, index) => index + 1).flatMap((n) =>
  (['before', 'after'] as const).map((when) => [when, n] as const),
);

it.each(deaths)('loses nothing when the worker dies %s its port call %i', async (when, n) => {
  const releaser = new Releaser();
  for (const batchId of ['1', '2']) await releaser.park({ batchId, messageId: `m${batchId}` });
  const dying = createReleaseParked(dyingAt(releaser.dependencies, n, when));

  await expect(dying(everything, NOW_MS + 300_000)).rejects.toThrow(WorkerDied);
  for (const body of ['body of 1', 'body of 2']) expect(whereabouts(releaser)).toContain(body);

  await releaser.release();
  expect(new Set(releaser.queued)).toEqual(new Set(['1', '2']));
  expect(new Set(releaser.unparked)).toEqual(new Set(['1 m1', '2 m2']));
  expect(releaser.parked.bodies).toEqual([]);
});

it('makes no port call that no death was tried at', async () => {
  const releaser = new Releaser();
  for (const batchId of ['1', '2']) await releaser.park({ batchId });

  await createReleaseParked(dyingAt(releaser.dependencies, CALLS + 1, 'before'))(
    everything,
    NOW_MS + 300_000,
  );

  expect(releaser.parked.bodies).toEqual([]);
});

it('keeps a payload that is parked again while it is being released', async () => {
  const releaser = new Releaser();
  const first = await releaser.park({ batchId: '1', messageId: 'first' });
  const { ledger } = releaser.dependencies;
  const again: ParkedKey = { ...first, messageId: 'second' };
  const parkingAgain = {
    ...releaser.dependencies,
    ledger: {
      unpark: async (key: ParkedKey, messageId: string) => {
        await releaser.park(again);
        await ledger.unpark(key, messageId);
      },
    },
  };

  await createReleaseParked(parkingAgain)(everything, NOW_MS + 300_000);

  expect(await releaser.parked.get(again)).toBeDefined();
  expect(await releaser.parked.get(first)).toBeUndefined();
});

it('has every payload on the queue or in the bucket at any time, whoever pauses, parks and dies', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), actions, async (scheduler, script) => {
      const releaser = new Releaser({ pageSize: 2 });
      const world = new World(releaser, scheduler);
      const batches = ['1', '2', '3', '4'];
      for (const batchId of batches) {
        await releaser.park({ batchId, messageId: `m${batchId}` });
      }

      const progress = { isOver: false };
      const running = Promise.all(script.map((action) => world.run(action))).finally(() => {
        progress.isOver = true;
      });
      while (!progress.isOver) {
        if (scheduler.count() > 0) await scheduler.waitNext(1);
        else await new Promise(setImmediate);
        const somewhere = world.whereabouts();
        for (const batchId of batches) expect(somewhere).toContain(`body of ${batchId}`);
      }
      await running;
    }),
    { numRuns: 300 },
  );
});

type Action = 'pause' | 'resume' | 'release' | 'consume' | number;

const actions = fc.array(
  fc.oneof(
    fc.constantFrom<Action>('pause', 'resume', 'release', 'consume'),
    // A release that dies at its n-th port call.
    fc.integer({ min: 1, max: 12 }),
  ),
  { minLength: 4, maxLength: 14 },
);

/** People, releases and senders at work at the same time, each port call at any moment. */
class World {
  private readonly held = new Map<string, string>();
  private receipts = 0;

  constructor(
    private readonly releaser: Releaser,
    private readonly scheduler: fc.Scheduler,
  ) {}

  /** Bodies in the bucket, on the queue, and received but not deleted from it. */
  whereabouts(): string[] {
    return [...whereabouts(this.releaser), ...this.held.values()];
  }

  async run(action: Action): Promise<void> {
    const { controls } = this.releaser;
    const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
    await this.scheduler.schedule(Promise.resolve(), String(action));
    switch (action) {
      case 'pause':
        await controls.pauseCampaign(campaign, change);
        return;
      case 'resume':
        await controls.resumeCampaign(campaign, change);
        return;
      case 'consume':
        return this.consume();
      case 'release':
        return this.release(Infinity);
      default:
        return this.release(action);
    }
  }

  private async release(n: number): Promise<void> {
    const { dependencies } = this.releaser;
    const slow: Dependencies = {
      ...dependencies,
      parkedBatches: this.slow(dependencies.parkedBatches),
      campaignMessages: this.slow(dependencies.campaignMessages),
      ledger: this.slow(dependencies.ledger),
      controls: this.slow(dependencies.controls),
    };
    const release = createReleaseParked(dyingAt(slow, n, 'before'));
    await release(everything, this.releaser.nowMs + 300_000).catch((error: unknown) => {
      if (!(error instanceof WorkerDied)) throw error;
    });
  }

  /** A sender that receives a message and parks it, as `send-batch` does, before it deletes it. */
  private async consume(): Promise<void> {
    const message = this.releaser.queue.shift();
    if (message === undefined) return;
    this.receipts += 1;
    const messageId = `r${this.receipts}`;
    this.held.set(messageId, message.body);

    const { dependencies } = this.releaser;
    const key = aParkedKey({ batchId: message.body.replace('body of ', '') });
    const sender = {
      parkedBatches: this.slow(dependencies.parkedBatches),
      ledger: { park: () => Promise.resolve(), unpark: () => Promise.resolve() },
      controls: this.slow(dependencies.controls),
      log: dependencies.log,
      clock: dependencies.clock,
    };
    const parked = await park(
      sender as never,
      { key, request: { domain: key.domain } } as never,
      { ...message, messageId, sentAtMs: NOW_MS },
      'campaign-paused',
    );
    if (parked.disposition !== 'done') this.releaser.queue.push(message);
    this.held.delete(messageId);
  }

  private slow<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          await this.scheduler.schedule(Promise.resolve(), String(name));
          return (member as (...all: unknown[]) => unknown).apply(target, given);
        };
      },
    });
  }
}

const whereabouts = ({ queue, parked }: Releaser): string[] => [
  ...queue.map(({ body }) => body),
  ...parked.bodies,
];
