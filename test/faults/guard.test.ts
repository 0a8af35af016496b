import type { SendRequest } from '../../client/send-request';
import { addressOf, batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import { Guarded, type Fate } from '../support/fault-harness/guarded';
import type { Injector } from '../support/fault-harness/injections';
import { seeded } from '../support/fault-harness/random';
import { faultsOf } from '../support/fault-harness/verdict';
import { CAMPAIGN, HOUR_MS, MINUTE_MS, START_MS, World } from '../support/fault-harness/world';

const WORKERS = 3;
const EACH = 50;

/** Recipients a second: a campaign takes long enough for its bounces to come in meanwhile. */
const RATE = 25;

/** The lowest number of recipients that says anything about a day. */
const FLOOR = 1_000;

const numberOf = (address: string): number => {
  const [, batch = '0', index = '0'] = /^\w*?(\d+)-(\d+)@/.exec(address) ?? [];
  return Number(batch) * EACH + Number(index);
};

/** Evenly spread: so many of each hundred have no mailbox. */
const deadMailboxes =
  (ofHundred: number) =>
  (address: string): Fate =>
    (numberOf(address) * 37) % 100 < ofHundred ? ['bounced'] : ['delivered'];

interface Story {
  readonly seed: number;
  readonly injector?: Injector;
}

function aWorld({ seed, injector }: Story, fateOf: (address: string) => Fate) {
  const world = new World({
    ...{ seed, fleet: { workers: WORKERS }, governor: { recipientsPerSecond: RATE } },
    ...(injector !== undefined && { injector }),
  });
  const guarded = new Guarded(world, fateOf, () => 500 + Math.floor(world.random() * 4_000));
  guarded.sweepFor(120);
  return { world, guarded };
}

const pausesOf = async (world: World) =>
  (await world.controls.history({ subject: 'campaign', campaign: CAMPAIGN })).filter(
    (entry) => 'standing' in entry && entry.standing === 'paused',
  );

const toldOf = (world: World, type: string) =>
  world.notifications.filter((notification) => notification.type === type);

/** Recipients mailed between two times. */
const mailedBetween = (world: World, fromMs: number, toMs: number) =>
  [...world.mailgun.mailings.values()].flat().filter(({ atMs }) => atMs > fromMs && atMs <= toMs)
    .length;

it('row 61: a campaign with 6 % dead mailboxes is paused after the floor, within one batch a worker', async () => {
  const seeds = 50;
  const accepted: number[] = [];
  const over: number[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { world } = aWorld({ seed }, deadMailboxes(6));
    for (const request of batches(60, EACH)) world.enqueue(request);
    await world.run();

    const [pause, ...others] = await pausesOf(world);
    expect(others).toEqual([]);
    const late = world.mailgun.calls.filter(({ atMs }) => atMs > pause!.atMs).length;
    const then = mailedBetween(world, 0, pause!.atMs);
    expect(pause).toMatchObject({ actor: 'guard' });
    expect(late).toBeLessThanOrEqual(WORKERS);
    expect(then).toBeGreaterThanOrEqual(FLOOR - WORKERS * EACH);
    expect(then).toBeLessThan(3_000);
    // A rate that comes in over both limits at once is not warned of first.
    expect(toldOf(world, 'campaign.warned').length).toBeLessThanOrEqual(1);
    expect(toldOf(world, 'campaign.paused')).toMatchObject([
      { details: { actor: 'guard', kind: 'bounce' } },
    ]);
    const mailed = world.mailgun.mailings.size;
    expect(await faultsOf(world, [], { accepted: mailed, parked: 3_000 - mailed })).toEqual([]);
    accepted.push(then);
    over.push(late);
  }
  report({
    row: 61,
    fault: `6 % dead mailboxes (${seeds} seeds)`,
    injections: seeds,
    outcome:
      `paused once, with ${Math.min(...accepted)} to ${Math.max(...accepted)} accepted; ` +
      `${Math.max(...over)} calls after that at most (<= ${WORKERS} workers)`,
  });
}, 120_000);

it('row 61: good campaigns are left alone: 1 % dead mailboxes, and one complaint in 13', async () => {
  const good = aWorld({ seed: 1 }, deadMailboxes(1));
  for (const request of batches(60, EACH)) good.world.enqueue(request);
  await good.world.run();
  const small = aWorld({ seed: 2 }, (address) =>
    address === addressOf(0, 7) ? ['delivered', 'complained'] : ['delivered'],
  );
  for (const request of batches(1, 13)) small.world.enqueue(request);
  await small.world.run();

  for (const { world, guarded } of [good, small]) {
    expect(guarded.evaluations).toBeGreaterThan(0);
    expect(await pausesOf(world)).toEqual([]);
    expect(world.types).toEqual([]);
  }
  expect(good.world.mailgun.mailings.size).toBe(3_000);
  report({
    row: 61,
    fault: '1 % dead mailboxes; 1 complaint in 13',
    injections: 31,
    outcome: 'nothing happens, nobody is told',
  });
}, 60_000);

it('row 61: 0.15 % of complaints warn of a campaign, once, and let it go on', async () => {
  const count = 8_000;
  const { world } = aWorld({ seed: 3 }, (address) =>
    numberOf(address) % 667 === 0 ? ['delivered', 'complained'] : ['delivered'],
  );
  for (const request of batches(count / EACH, EACH)) world.enqueue(request);
  await world.run();

  expect(await pausesOf(world)).toEqual([]);
  expect(toldOf(world, 'campaign.warned')).toMatchObject([
    { details: { kind: 'complaint', window: 'long', threshold: 0.001 } },
  ]);
  expect(world.mailgun.mailings.size).toBe(count);
  report({
    row: 61,
    fault: '0.15 % complaints',
    injections: 12,
    outcome: 'warned once, everybody mailed',
  });
}, 60_000);

/** A campaign of the same account that has done nothing wrong. */
const innocent: SendRequest[] = batches(4, 5).map((request) => ({
  ...request,
  campaignId: 'innocent',
  recipients: request.recipients.map(({ email }) => ({ email: `good-${email}` })),
}));

/** Kills, refuses and loses answers of the guard only. */
const troubleForTheGuard = (seed: number): Injector => {
  const random = seeded(seed * 7_919);
  return ({ call }) => {
    if (!/^(guard\w+|accountLog|watchList)\./.test(call)) return undefined;
    // One evaluation reads the tallies of hundreds of batches: at 4 % none would ever end.
    if (random() >= (call.startsWith('guardTallies.') ? 0.000_5 : 0.04)) return undefined;
    return (['kill', 'throttle', 'loseReply', 'repeat'] as const)[Math.floor(random() * 4)];
  };
};

/** Three times over the limit, resumed twice; then a person reinstates the account. */
async function threeOffences(story: Story) {
  const { world, guarded } = aWorld(story, deadMailboxes(6));
  guarded.sweepFor(20 * 60);
  // A guard that dies is minutes late, and the campaign goes on meanwhile.
  const requests = batches(story.injector === undefined ? 130 : 500, EACH);
  for (const request of requests) world.enqueue(request);
  const account = () => world.controls.account(CAMPAIGN.accountId);
  const settle = async (isSo: () => Promise<boolean>) => {
    for (let minute = 0; minute < 240 && !(await isSo()); minute += 1) {
      await world.run(world.nowMs - START_MS + MINUTE_MS);
    }
    expect(await isSo()).toBe(true);
  };
  const isPaused = async () => (await world.controls.campaign(CAMPAIGN)).standing === 'paused';
  const acceptedUntilPause: number[] = [];
  let armedMs = 0;
  for (let offence = 1; offence <= 3; offence += 1) {
    await settle(isPaused);
    const last = (await pausesOf(world)).at(-1)!.atMs;
    acceptedUntilPause.push(mailedBetween(world, armedMs, last));
    // Whatever is under way ends, and the guard, where it died, comes back to it.
    await world.run(world.nowMs - START_MS + 20 * MINUTE_MS);
    expect((await account()).standing).toBe(offence < 3 ? 'active' : 'suspended');
    if (offence < 3) {
      armedMs = world.nowMs;
      await world.resume();
    }
  }
  for (const request of innocent) world.enqueue(request);
  await world.run(world.nowMs - START_MS + HOUR_MS);
  const parkedWhileSuspended = (await world.parked.list({ scope: 'all' }, undefined)).keys.filter(
    ({ key }) => key.campaignId === 'innocent',
  ).length;
  const change = { reason: 'list was cleaned', actor: 'grace', atMs: world.nowMs };
  await world.controls.reinstateAccount(CAMPAIGN.accountId, change);
  world.release({ scope: 'account', accountId: CAMPAIGN.accountId });
  await world.run(world.nowMs - START_MS + 2 * HOUR_MS);
  return { world, guarded, acceptedUntilPause, parkedWhileSuspended };
}

it.each([
  ['undisturbed', 10, () => undefined],
  ['with deaths and lost answers of the guard', 10, troubleForTheGuard],
] as const)(
  'row 61: three pauses suspend the account, reinstating releases what was parked, %s',
  async (what, seeds, trouble) => {
    let injections = 0;
    const floors: number[] = [];
    for (let seed = 1; seed <= seeds; seed += 1) {
      const injector = trouble(seed);
      const story = { seed, ...(injector !== undefined && { injector }) };
      const { world, guarded, ...seen } = await threeOffences(story);
      const { kill, throttle, loseReply, repeat } = world.fleet.casualties;
      injections += kill + throttle + loseReply + repeat;

      expect(await pausesOf(world)).toHaveLength(3);
      expect(await guarded.accounts.pauses('acme', 0)).toHaveLength(3);
      const account = await world.controls.history({ subject: 'account', accountId: 'acme' });
      expect(account.map((entry) => [entry.actor, 'standing' in entry && entry.standing])).toEqual([
        ['guard', 'suspended'],
        ['grace', 'active'],
      ]);
      expect(toldOf(world, 'campaign.paused').length).toBeGreaterThanOrEqual(3);
      expect(toldOf(world, 'account.suspended').length).toBeGreaterThanOrEqual(1);
      if (injector === undefined) {
        expect(toldOf(world, 'campaign.paused')).toHaveLength(3);
        expect(toldOf(world, 'account.suspended')).toHaveLength(1);
      }
      // Each resume arms the guard anew: it takes another thousand to be paused again.
      for (const accepted of seen.acceptedUntilPause) {
        expect(accepted).toBeGreaterThanOrEqual(FLOOR - WORKERS * EACH);
      }
      expect(seen.parkedWhileSuspended).toBe(innocent.length);
      const addresses = innocent.flatMap(({ recipients }) => recipients.map(({ email }) => email));
      expect(addresses.every((email) => world.mailgun.mailings.has(email))).toBe(true);
      expect(await faultsOf(world, [])).toEqual([]);
      floors.push(...seen.acceptedUntilPause);
    }
    report({
      row: 61,
      fault: `three offences, ${what} (${seeds} seeds)`,
      injections: Math.max(injections, 3 * seeds),
      outcome:
        `paused after ${Math.min(...floors)} to ${Math.max(...floors)} each time, suspended once, ` +
        `${innocent.length} parked batches out again after it was reinstated`,
    });
  },
  300_000,
);
