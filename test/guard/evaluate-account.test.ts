import type { GuardRequest } from '../../lambdas/core/guard/guard-requests';
import { DAY_MS, evaluate, Guard, HOUR_MS, MINUTE_MS, NOW_MS } from './a-guard';

let guard: Guard;

beforeEach(() => {
  guard = new Guard();
});

const ofAcme = (campaignId: string) => ({ accountId: 'acme', campaignId });

const askAboutAcme: GuardRequest = {
  ...{ request: 'evaluate', subject: { subject: 'account', accountId: 'acme' } },
};

/** Has a campaign paused by the guard, and everything that follows happen. */
async function pauseOf(campaignId: string): Promise<void> {
  guard.nowMs += MINUTE_MS;
  await guard.accept(1_000, { bounced: 60 }, ofAcme(campaignId));
  expect(await guard.serve(evaluate(ofAcme(campaignId)))).toBe(true);
  await guard.serveAll();
  expect(await guard.standing(ofAcme(campaignId))).toBe('paused');
}

/** Has a campaign counted, and everything that follows happen. */
async function count(
  campaignId: string,
  accepted: number,
  became: { readonly bounced?: number; readonly complained?: number },
): Promise<void> {
  guard.nowMs += MINUTE_MS;
  await guard.accept(accepted, became, ofAcme(campaignId));
  expect(await guard.serve(evaluate(ofAcme(campaignId)))).toBe(true);
  await guard.serveAll();
}

const account = () => guard.controls.account('acme');

it('is suspended after three automatic pauses in 30 days, and people are told once', async () => {
  for (const campaignId of ['a', 'b']) await pauseOf(campaignId);
  expect(await account()).toEqual({ standing: 'active' });

  await pauseOf('c');

  const reason = '3 campaigns were paused by the guard in 30 days, the limit is 3';
  expect(await account()).toMatchObject({ standing: 'suspended', reason });
  expect(guard.notifications.at(-1)).toMatchObject({
    ...{ type: 'account.suspended', accountId: 'acme', reason },
    details: { actor: 'guard', pauses: 3, days: 30, threshold: 3 },
  });
  guard.nowMs += MINUTE_MS;
  await guard.serve(askAboutAcme);
  expect(guard.told.filter((type) => type === 'account.suspended')).toHaveLength(1);
});

it('is suspended by one campaign that is paused three times', async () => {
  for (let times = 0; times < 3; times += 1) {
    await pauseOf('a');
    guard.nowMs += MINUTE_MS;
    await guard.resume(ofAcme('a'));
  }

  expect((await account()).standing).toBe('suspended');
});

it('is not suspended by pauses that lie further apart, nor by those a person made', async () => {
  await pauseOf('a');
  guard.nowMs += 16 * DAY_MS;
  await pauseOf('b');
  const change = { reason: 'lunch', actor: 'grace', atMs: guard.nowMs };
  await guard.controls.pauseCampaign(ofAcme('by hand'), change);
  guard.nowMs += 16 * DAY_MS;
  await pauseOf('c');

  expect((await account()).standing).toBe('active');
});

it('starts anew when a person reinstates it', async () => {
  for (const campaignId of ['a', 'b', 'c']) await pauseOf(campaignId);
  guard.nowMs += MINUTE_MS;
  await guard.reinstate();
  guard.nowMs += MINUTE_MS;
  await guard.serve(askAboutAcme);
  expect((await account()).standing).toBe('active');

  for (const campaignId of ['d', 'e']) await pauseOf(campaignId);
  expect((await account()).standing).toBe('active');
  await pauseOf('f');
  expect((await account()).standing).toBe('suspended');
});

it('is not judged by what was counted before a person reinstated it', async () => {
  for (let index = 0; index < 8; index += 1) await count(`small-${index}`, 150, { bounced: 8 });
  expect((await account()).standing).toBe('suspended');
  guard.nowMs += MINUTE_MS;
  await guard.reinstate();

  await count('after', 150, { bounced: 8 });

  expect((await account()).standing).toBe('active');
  expect(guard.told.filter((type) => type === 'account.suspended')).toHaveLength(1);
});

it('is suspended when many small campaigns are over the limit together', async () => {
  for (let index = 0; index < 5; index += 1) await count(`small-${index}`, 150, { bounced: 6 });
  expect(guard.told).toEqual([]);
  for (let index = 5; index < 7; index += 1) await count(`small-${index}`, 150, { bounced: 10 });
  expect(guard.told).toEqual(['account.warned']);
  await count('small-7', 150, { bounced: 15 });

  expect(await account()).toMatchObject({
    standing: 'suspended',
    reason:
      'all its campaigns together: 65 of 1,200 recipients accepted in the last 24 hours bounced: 5.42 %, the limit is 5 %',
  });
  expect(guard.told).toEqual(['account.warned', 'account.suspended']);
});

it('is not suspended for what one of its campaigns was paused for', async () => {
  await pauseOf('bad');
  await count('good', 3_000, { bounced: 10 });

  expect((await account()).standing).toBe('active');
  expect(guard.told).toEqual(['campaign.paused bad']);
});

it('is judged by each window of what was read within it', async () => {
  await count('morning', 199, { bounced: 10 });
  await count('morning 2', 199, { bounced: 9 });
  guard.nowMs += HOUR_MS;
  // Together with the morning's it would be over the limit of the hour.
  await count('noon', 199, { bounced: 9 });

  expect(guard.told).toEqual([]);
});

it('is warned of once while the warning stands', async () => {
  await count('a', 199, { bounced: 10 });
  await count('b', 199, { bounced: 10 });
  await count('b', 50, { bounced: 1 });

  expect(guard.told).toEqual(['account.warned']);
});

it('is warned of no longer once its windows are empty, and anew when it comes again', async () => {
  await count('a', 199, { bounced: 10 });
  await count('b', 199, { bounced: 10 });
  guard.nowMs += DAY_MS;
  await guard.serve(evaluate(ofAcme('a')));
  await guard.serve(evaluate(ofAcme('b')));
  await guard.serveAll();

  const { facts } = await guard.records.read({ subject: 'account', accountId: 'acme' });
  expect(facts).toMatchObject({ level: 'none', warned: [] });
  await count('c', 199, { bounced: 10 });
  await count('d', 199, { bounced: 10 });
  expect(guard.told).toEqual(['account.warned', 'account.warned']);
});

it('is not looked at for a campaign without fault while nothing is known against it', async () => {
  await count('a', 199, {});

  await guard.accept(199, {}, ofAcme('a'));
  guard.nowMs += MINUTE_MS;
  await guard.serve(evaluate(ofAcme('a')));

  expect(guard.requests.puts).toEqual([]);
});

it('is only warned of where the guard is not enabled', async () => {
  guard = new Guard({ enabled: false });
  await guard.accounts.notePause(ofAcme('a'), NOW_MS - 1);
  await guard.accounts.notePause(ofAcme('b'), NOW_MS - 1);
  await guard.accounts.notePause(ofAcme('c'), NOW_MS - 1);
  await count('d', 1_000, { bounced: 500 });

  expect((await account()).standing).toBe('active');
  expect(guard.told).toEqual(['campaign.warned d', 'account.warned']);
});

it('that a person suspends in the same moment keeps that person’s reason', async () => {
  for (const campaignId of ['a', 'b']) await pauseOf(campaignId);
  const { controls } = guard;
  const suspend = controls.suspendAccount.bind(controls);
  controls.suspendAccount = async (accountId, change) => {
    await suspend(accountId, { reason: 'mine', actor: 'grace', atMs: change.atMs - 1 });
    return suspend(accountId, change);
  };

  await pauseOf('c');

  expect(await account()).toMatchObject({ standing: 'suspended', reason: 'mine' });
  expect(guard.told).not.toContain('account.suspended');
});
