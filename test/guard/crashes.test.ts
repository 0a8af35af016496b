import type { RequestHandling } from '../../lambdas/guard/handle-requests';
import { writeGuardMessage } from '../../lambdas/adapters/sqs/guard-message';
import { evaluate, Guard, MINUTE_MS, spring } from './a-guard';

class WorkerDied extends Error {}

/** The n-th port call of a worker, and all after it, never come back: before they are made, or after. */
function dyingAt(handling: RequestHandling, n: number, when: 'before' | 'after') {
  const life = { calls: 0 };
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (...given: unknown[]): unknown =>
          (member as (...all: unknown[]) => unknown).apply(target, given);
        const isIterable = name === 'read' && target === handling.books;
        const pass = () => {
          life.calls += 1;
          return life.calls > n || (life.calls === n && when === 'before');
        };
        if (isIterable) {
          return async function* (...given: unknown[]) {
            if (pass()) throw new WorkerDied();
            yield* call(...given) as AsyncIterable<unknown>;
            if (life.calls === n) throw new WorkerDied();
          };
        }
        return async (...given: unknown[]) => {
          if (pass()) throw new WorkerDied();
          const answer: unknown = await call(...given);
          if (life.calls === n) throw new WorkerDied();
          return answer;
        };
      },
    });
  const { records, accounts, requests, books, tallies, controls, notifier, queue } = handling;
  const dying: RequestHandling = {
    ...handling,
    ...{ records: mortal(records), accounts: mortal(accounts), requests: mortal(requests) },
    ...{ books: mortal(books), tallies: mortal(tallies), controls: mortal(controls) },
    ...{ notifier: mortal(notifier), queue: mortal(queue) },
  };
  return { dying, life };
}

/** Two campaigns were paused, a third is over its limit: its pause is the one that suspends. */
async function aThirdOffence(): Promise<Guard> {
  const guard = new Guard();
  for (const campaignId of ['a', 'b']) {
    await guard.accounts.notePause({ ...spring, campaignId }, guard.nowMs - MINUTE_MS);
  }
  await guard.accept(1_000, { bounced: 60 });
  await guard.watchList.note(spring, guard.nowMs);
  return guard;
}

/** What must have come of it, whoever died wherever. */
async function outcomeOf(guard: Guard) {
  const count = (type: string) => guard.notifications.filter((one) => one.type === type).length;
  return {
    campaign: await guard.standing(),
    pausesFiled: (await guard.controls.history({ subject: 'campaign', campaign: spring })).length,
    pausesCounted: (await guard.accounts.pauses('acme', 0)).length,
    account: (await guard.controls.account('acme')).standing,
    told: [count('campaign.paused') > 0, count('account.suspended') > 0],
  };
}

const EXPECTED = {
  ...{ campaign: 'paused', pausesFiled: 1, pausesCounted: 3, account: 'suspended' },
  told: [true, true],
};

/** The message is redelivered, or the schedule looks; time passes in between. */
async function recover(guard: Guard, by: 'redelivery' | 'sweep'): Promise<void> {
  for (let minute = 0; minute < 6; minute += 1) {
    guard.nowMs += MINUTE_MS;
    if (by === 'sweep') await guard.sweep();
    else await guard.serve(evaluate());
    await guard.serveAll();
  }
}

/** Port calls of one evaluation of the campaign that ends in a pause; a test holds it to this. */
const CALLS = 14;

const deaths = (['redelivery', 'sweep'] as const).flatMap((by) =>
  (['before', 'after'] as const).flatMap((when) =>
    Array.from({ length: CALLS }, (_unused, index) => [when, index + 1, by] as const),
  ),
);

it.each(deaths)(
  'pauses, counts and suspends once when the worker dies %s its port call %i, and a %s follows',
  async (when, n, by) => {
    const guard = await aThirdOffence();
    const { dying } = dyingAt(guard.handling, n, when);

    await guard.serveBody(writeGuardMessage(evaluate()), 1, dying);
    await recover(guard, by);

    expect(await outcomeOf(guard)).toEqual(EXPECTED);
  },
);

it('tries a death at every port call', async () => {
  const guard = await aThirdOffence();
  const { dying, life } = dyingAt(guard.handling, Infinity, 'before');

  expect(await guard.serveBody(writeGuardMessage(evaluate()), 1, dying)).toBe(true);

  expect(life.calls).toBe(CALLS);
  expect(guard.told).toEqual(['campaign.paused spring-sale']);
});

/** Port calls of one evaluation of the account that ends in a suspension. */
const ACCOUNT_CALLS = 10;

const accountDeaths = (['before', 'after'] as const).flatMap((when) =>
  Array.from({ length: ACCOUNT_CALLS }, (_unused, index) => [when, index + 1] as const),
);

const aboutAccount = '{"version":1,"accountId":"acme"}';

it.each(accountDeaths)(
  'suspends once, and tells, when the worker dies %s port call %i about the account',
  async (when, n) => {
    const guard = await aThirdOffence();
    await guard.serve(evaluate());
    guard.requests.puts.splice(0);
    const { dying } = dyingAt(guard.handling, n, when);

    await guard.serveBody(aboutAccount, 1, dying);
    for (let minute = 0; minute < 4; minute += 1) {
      guard.nowMs += MINUTE_MS;
      await guard.serveBody(aboutAccount);
    }

    expect(await outcomeOf(guard)).toEqual(EXPECTED);
  },
);

it('tries a death at every port call about the account', async () => {
  const guard = await aThirdOffence();
  await guard.serve(evaluate());
  const { dying, life } = dyingAt(guard.handling, Infinity, 'before');

  await guard.serveBody(aboutAccount, 1, dying);

  expect(life.calls).toBe(ACCOUNT_CALLS);
  expect(guard.told).toEqual(['campaign.paused spring-sale', 'account.suspended']);
});

it('follows up its own change where the answer of a write made twice says that nothing changed', async () => {
  const guard = await aThirdOffence();
  const { controls } = guard;
  const { pauseCampaign, suspendAccount } = controls;
  controls.pauseCampaign = async (...change) => {
    await pauseCampaign.apply(controls, change);
    return pauseCampaign.apply(controls, change);
  };
  controls.suspendAccount = async (...change) => {
    await suspendAccount.apply(controls, change);
    return suspendAccount.apply(controls, change);
  };

  await guard.serve(evaluate());
  await guard.serveBody(aboutAccount);

  expect(await outcomeOf(guard)).toEqual(EXPECTED);
  expect(guard.told).toEqual(['campaign.paused spring-sale', 'account.suspended']);
});

it('counts a pause whose worker died even where a person has resumed the campaign meanwhile', async () => {
  const guard = await aThirdOffence();
  const { dying } = dyingAt(
    {
      ...guard.handling,
      accounts: Object.assign(Object.create(guard.accounts) as typeof guard.accounts, {
        notePause: () => Promise.reject(new WorkerDied()),
      }),
    },
    Infinity,
    'before',
  );
  await guard.serveBody(writeGuardMessage(evaluate()), 1, dying);
  expect((await guard.accounts.pauses('acme', 0)).length).toBe(2);
  await guard.resume();

  await recover(guard, 'redelivery');

  expect(await guard.standing()).toBe('active');
  expect(await outcomeOf(guard)).toMatchObject({ pausesCounted: 3, account: 'suspended' });
});
