import { beginSync, type SyncRequest } from '../../lambdas/core/suppression/sync-request';
import type { Dependencies } from '../../lambdas/sync-suppressions/dependencies';
import { createSyncDomain } from '../../lambdas/sync-suppressions/sync-domain';
import { DAY_MS, DOMAIN, NOW_MS, Syncer } from './a-syncer';

class WorkerDied extends Error {}

/** Counts the port calls of a sync, and dies at the n-th: before it is made, or after. */
function dyingAt(dependencies: Dependencies, n: number, when: 'before' | 'after') {
  const count = { calls: 0 };
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          count.calls += 1;
          if (count.calls > n || (count.calls === n && when === 'before')) throw new WorkerDied();
          const answer: unknown = await (member as (...all: unknown[]) => unknown).apply(
            target,
            given,
          );
          if (count.calls === n) throw new WorkerDied();
          return answer;
        };
      },
    });
  const { lists, records, allowlist, journal, requests, secrets } = dependencies;
  return {
    count,
    dependencies: {
      ...dependencies,
      ...{ lists: mortal(lists), records: mortal(records), allowlist: mortal(allowlist) },
      ...{ journal: mortal(journal), requests: mortal(requests), secrets: mortal(secrets) },
    },
  };
}

const BEFORE = NOW_MS - 30 * DAY_MS;

/** A domain that was synced yesterday; since then some came and some went, over several pages. */
async function aDomainADayLater(): Promise<Syncer> {
  const syncer = new Syncer();
  syncer.lists.allowed.add('allowed.example.com');
  for (const name of ['gone', 'stays-1', 'stays-2']) {
    syncer.lists.put('bounce', `${name}@example.com`, BEFORE);
  }
  syncer.lists.put('unsubscribe', 'tags@example.com', BEFORE, ['news', 'promo']);
  await syncer.tell('webhook@example.com', { observedAtMs: BEFORE });
  await syncer.sync();

  syncer.nowMs += DAY_MS;
  syncer.lists.entries.bounce.delete('gone@example.com');
  syncer.lists.put('bounce', 'came@example.com', BEFORE);
  syncer.lists.put('bounce', 'boss@allowed.example.com', BEFORE);
  syncer.lists.put('unsubscribe', 'tags@example.com', BEFORE, ['news']);
  // Every part takes so long that an invocation does three.
  syncer.lists.onRead = () => (syncer.nowMs += 75_000);
  return syncer;
}

async function expectSynced(syncer: Syncer): Promise<void> {
  for (const name of ['stays-1', 'stays-2', 'came', 'webhook']) {
    expect([name, await syncer.isSuppressed(`${name}@example.com`)]).toEqual([name, true]);
  }
  expect(await syncer.isSuppressed('gone@example.com')).toBe(false);
  expect(await syncer.isSuppressed('boss@allowed.example.com')).toBe(false);
  expect(await syncer.isSuppressed('tags@example.com', ['promo'])).toBe(false);
  expect(await syncer.isSuppressed('tags@example.com', ['news'])).toBe(true);
  expect(await syncer.removals('gone@example.com')).toMatchObject([{ actor: 'mailgun' }]);
  expect(await syncer.removals('tags@example.com')).toMatchObject([{ actor: 'mailgun' }]);
  expect(await syncer.journal.read(DOMAIN)).toEqual({ completeAtMs: NOW_MS + DAY_MS });
  expect(syncer.notifier.notifications).toEqual([]);
}

/**
 * Drives a sync as SQS would: a message whose invocation dies comes back, and one that was asked for
 * before the death is there as well. Afterwards workers live.
 */
async function driveThroughDeath(syncer: Syncer, n: number, when: 'before' | 'after') {
  const { dependencies, count } = dyingAt(syncer.dependencies, n, when);
  const dying = createSyncDomain(dependencies);
  const living = createSyncDomain(syncer.dependencies);
  let deaths = 0;
  const queue: SyncRequest[] = [beginSync(DOMAIN, syncer.nowMs)];
  for (;;) {
    const request = queue.shift();
    if (request === undefined) break;
    const deadlineMs = syncer.nowMs + 300_000;
    try {
      await (deaths === 0 ? dying : living)(request, deadlineMs);
    } catch (error) {
      if (!(error instanceof WorkerDied)) throw error;
      deaths += 1;
      queue.push(request);
    }
    queue.push(...syncer.asked.splice(0).map((asked) => asked.request));
  }
  return { deaths, calls: count.calls };
}

/** Port calls of the sync, which the last test counts. */
const CALLS = 30;

const places = Array.from({ length: CALLS }, (_, index) => index + 1).flatMap((n) =>
  (['before', 'after'] as const).map((when) => [when, n] as const),
);

it.each(places)('ends the same when the worker dies %s its port call %i', async (when, n) => {
  const syncer = await aDomainADayLater();

  const { deaths } = await driveThroughDeath(syncer, n, when);

  expect(deaths).toBe(1);
  await expectSynced(syncer);
});

it('makes no port call that no death was tried at', async () => {
  const syncer = await aDomainADayLater();

  const { deaths, calls } = await driveThroughDeath(syncer, Infinity, 'before');

  expect({ deaths, calls }).toEqual({ deaths: 0, calls: CALLS });
  await expectSynced(syncer);
});

it.each(['before', 'after'] as const)(
  'tells of a sync that failed when a worker died %s each of its steps',
  async (when) => {
    const aFailingSync = () => {
      const syncer = new Syncer();
      const fault = { result: 'unreadable', reason: '403' } as const;
      syncer.lists.refused.set('bounce', fault);
      return syncer;
    };
    for (let n = 1, isWhole = false; !isWhole; n += 1) {
      const syncer = aFailingSync();
      const mortal = dyingAt(syncer.dependencies, n, when);
      const dies = { notify: () => Promise.reject(new WorkerDied()) };
      const notifier = when === 'before' ? dies : syncer.notifier;
      const request = beginSync(DOMAIN, NOW_MS);
      const died = await syncer.drive(request, { ...mortal.dependencies, notifier }).then(
        () => false,
        (error: unknown) => error instanceof WorkerDied,
      );
      isWhole = mortal.count.calls < n;
      // The message comes back.
      if (died) await syncer.drive(request);

      expect(syncer.notifier.notifications.map(({ type }) => type)).toContain(
        'suppressions.syncFailed',
      );
    }
  },
);
