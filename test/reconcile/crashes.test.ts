import type { Dependencies } from '../../lambdas/reconcile/dependencies';
import { aReconciler, logged, theRequest } from './a-reconciler';

class WorkerDied extends Error {}

/** Every port call of a pass dies from the n-th on: before it is made, or after. */
function dyingAt(
  dependencies: Dependencies,
  n: number,
  when: 'before' | 'after',
): { readonly mortal: Dependencies; readonly calls: () => number } {
  let calls = 0;
  const wrap = <Port extends object>(port: Port): Port =>
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
  const { ledger, recipients, tallies, checkpoints, notices } = dependencies;
  const { eventLog, eventBatches, secrets, notifier } = dependencies;
  const mortal = {
    ...dependencies,
    ...{ ledger: wrap(ledger), recipients: wrap(recipients), tallies: wrap(tallies) },
    ...{ checkpoints: wrap(checkpoints), notices: wrap(notices), eventLog: wrap(eventLog) },
    ...{ eventBatches: wrap(eventBatches), secrets: wrap(secrets), notifier: wrap(notifier) },
  };
  return { mortal, calls: () => calls };
}

async function aRecordWithThreeHoles() {
  const reconciler = await aReconciler();
  reconciler.eventLog.pageSize = 1;
  for (const recipient of ['ada@example.com', 'bob@example.com', 'cyd@example.com']) {
    reconciler.eventLog.events.push(logged(recipient), logged(recipient, { event: 'opened' }));
  }
  return reconciler;
}

/** Checkpoint, submission, recipients, secret, tallies; eight pages and six sends; checkpoint; notice, sum, message. */
const CALLS = 5 + 8 + 6 + 1 + 3;

const deaths = Array.from({ length: CALLS }, (_, index) => index + 1).flatMap((n) =>
  (['before', 'after'] as const).map((when) => [when, n] as const),
);

it.each(deaths)(
  'misses nothing and counts nothing twice when the worker dies %s its port call %i',
  async (when, n) => {
    const reconciler = await aRecordWithThreeHoles();
    const { mortal } = dyingAt(reconciler.dependencies, n, when);

    await expect(reconciler.reconcile(theRequest, mortal)).rejects.toThrow(WorkerDied);
    await reconciler.record();
    await reconciler.reconcileUntilDone();

    const all = [0, 1, 2];
    const { tallies, events, notifier } = reconciler.recorder;
    expect(tallies.sets).toEqual({ '000001/delivered': all, '000001/opened': all });
    expect(events.rows.size).toBe(6);
    expect(notifier.notifications.map(({ type }) => type)).not.toContain('webhook.refused');
  },
);

it('makes no port call that no death was tried at', async () => {
  const reconciler = await aRecordWithThreeHoles();
  const { mortal, calls } = dyingAt(reconciler.dependencies, Infinity, 'before');

  await reconciler.reconcile(theRequest, mortal);

  expect(calls()).toBe(CALLS);
});

it('lets one of two workers go on with a pass, and neither count it twice', async () => {
  const reconciler = await aRecordWithThreeHoles();

  await Promise.all([reconciler.reconcile(), reconciler.reconcile()]);
  await reconciler.reconcileUntilDone();

  expect(reconciler.recorder.events.rows.size).toBe(6);
  const repaired = await reconciler.checkpoints.repairedIn(theRequest);
  expect(repaired).toEqual({ repaired: { delivered: 3, opened: 3 }, batches: 1 });
});
