import { batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import type { Injector } from '../support/fault-harness/injections';
import { fault5xx, refusal } from '../support/fault-harness/model-mailgun';
import { seeded } from '../support/fault-harness/random';
import { overSeeds, play } from '../support/fault-harness/verdict';
import { DOMAIN, HOUR_MS, MINUTE_MS, START_MS, type World } from '../support/fault-harness/world';

const enqueue = (world: World, count: number, each: number) => {
  for (const request of batches(count, each)) world.enqueue(request);
};

const calls = (world: World, fromMs: number, toMs = Infinity) =>
  world.mailgun.calls.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);

/** When the first notification of a type was sent. */
const firstAtMs = (world: World, type: string): number =>
  Date.parse(world.notifications.find((one) => one.type === type)!.at);

/** Mailgun is down for a while, and takes nothing meanwhile. */
const outage = (world: World, fromMs: number, toMs: number) => {
  world.mailgun.script = ({ atMs }) =>
    atMs >= START_MS + fromMs && atMs < START_MS + toMs ? fault5xx(false, 503) : undefined;
};

it('row 49: fifty workers make few calls into an outage, then one a period', async () => {
  const endsMs = 2 * HOUR_MS;
  const minimumFaults = 10;
  const { world, wrong } = await play(
    { fleet: { workers: 50 }, breaker: { minimumFaults } },
    (staged) => {
      enqueue(staged, 500, 2);
      outage(staged, 0, endsMs);
    },
    { accepted: 1_000 },
  );
  const openedMs = firstAtMs(world, 'breaker.opened');
  const closedMs = firstAtMs(world, 'breaker.closed');
  const overshoot = calls(world, START_MS, openedMs + 10_000).length;
  const probes = calls(world, openedMs + 10_000, START_MS + endsMs).map(({ atMs }) => atMs);
  const gaps = probes.slice(1).map((atMs, index) => atMs - probes[index]!);

  expect(wrong).toEqual([]);
  expect(overshoot).toBeLessThanOrEqual(50 + minimumFaults);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(30_000);
  expect(world.types).toEqual(['breaker.opened', 'breaker.closed']);
  report({
    row: 49,
    fault: 'outage of 2 h under 50 workers',
    injections: overshoot + probes.length,
    outcome: `${overshoot} calls (<= ${50 + minimumFaults}) until open, ${probes.length} probes, closed ${Math.round((closedMs - START_MS - endsMs) / 1000)} s after its end`,
  });
});

it('row 50: a probe that dies has exactly one successor', async () => {
  const { seeds, injections, wrong } = await overSeeds(async (seed) => {
    let underWay = 0;
    let together = 0;
    let killed = 0;
    const isOpen = (world: World) => world.breaker.states.get(DOMAIN)?.phase === 'open';
    const holder: { world?: World } = {};
    const injector: Injector = ({ call, side }) => {
      if (call !== 'gateway.send' || !isOpen(holder.world!) || killed === 3) return undefined;
      if (seeded(seed * 100 + killed)() < 0.5 !== (side === 'before')) return undefined;
      killed += 1;
      return 'kill';
    };
    const played = await play(
      { seed, injector, fleet: { workers: 8 } },
      (world) => {
        holder.world = world;
        enqueue(world, 12, 2);
        outage(world, 0, HOUR_MS / 2);
        const { admit, record } = world.breaker;
        const probing = new Set<string>();
        world.breaker.admit = async (domain, nowMs, leaseMs) => {
          const admission = await admit.call(world.breaker, domain, nowMs, leaseMs);
          if (admission.admission === 'probe') {
            underWay = [...probing].filter((until) => Number(until.split('#')[1]) > nowMs).length;
            if (underWay > 0) together += 1;
            probing.add(`${admission.probeToken}#${nowMs + leaseMs}`);
          }
          return admission;
        };
        const forget = (token: string) => {
          for (const one of probing) if (one.startsWith(`${token}#`)) probing.delete(one);
        };
        world.breaker.record = (domain, admission, result, nowMs) => {
          if (admission.admission === 'probe') forget(admission.probeToken);
          return record.call(world.breaker, domain, admission, result, nowMs);
        };
        const { giveBack } = world.breaker;
        world.breaker.giveBack = (domain, token) => {
          forget(token);
          return giveBack.call(world.breaker, domain, token);
        };
      },
      { accepted: 24 },
    );
    const more = [
      ...(together > 0 ? [`${together} probes at once`] : []),
      ...(killed === 3 ? [] : [`only ${killed} probes killed`]),
    ];
    return { ...played, wrong: [...played.wrong, ...more] };
  });

  report({
    row: 50,
    fault: `three probes in a row killed (${seeds} seeds)`,
    injections,
    outcome: `${seeds - wrong.length} of ${seeds}: never two probes at once, closes by itself`,
  });
  expect(wrong).toEqual([]);
});

describe('row 51: a provider that flaps', () => {
  const flapping = async (share: number, spacingMs: number, count: number, seed = 1) => {
    const random = seeded(seed);
    return play(
      { seed, fleet: { workers: 10 } },
      (world) => {
        const all = batches(count, 2);
        all.forEach((request, index) =>
          world.later(index * spacingMs, () => world.enqueue(request)),
        );
        world.mailgun.script = ({ atMs }) =>
          atMs < START_MS + HOUR_MS && random() < share ? fault5xx(false) : undefined;
      },
      { accepted: 2 * count },
    );
  };

  it.each([
    ['20 % at low volume', 0.2, 30_000, 100],
    ['all of a volume below the minimum', 1, 30_000, 20],
  ])('does not open the breaker with %s', async (what, share, spacingMs, count) => {
    const { world, wrong } = await flapping(share, spacingMs, count);

    expect(wrong).toEqual([]);
    expect(world.types).toEqual([]);
    report({
      row: 51,
      fault: `faults: ${what}`,
      injections: Math.round(share * count),
      outcome: 'stays closed',
    });
  });

  it('hardly ever opens it with 20 % at high volume', async () => {
    let opened = 0;
    const { seeds, wrong } = await overSeeds(async (seed) => {
      const played = await flapping(0.2, 500, 150, seed);
      opened += played.world.types.filter((type) => type === 'breaker.opened').length;
      return played;
    }, 40);

    expect(wrong).toEqual([]);
    expect(opened).toBeLessThanOrEqual(seeds / 5);
    report({
      row: 51,
      fault: `faults: 20 % at high volume (${seeds} seeds)`,
      injections: seeds * 30,
      outcome: `opened ${opened} times in ${seeds} runs of 150 calls`,
    });
  });

  it('opens it with 80 %, and never faster than the cool-down', async () => {
    const { world, wrong } = await flapping(0.8, 500, 1_000);
    const opened = world.notifications
      .filter(({ type }) => type === 'breaker.opened')
      .map(({ at }) => Date.parse(at));
    const gaps = opened.slice(1).map((atMs, index) => atMs - opened[index]!);

    expect(wrong).toEqual([]);
    expect(opened.length).toBeGreaterThan(0);
    expect(Math.min(Infinity, ...gaps)).toBeGreaterThanOrEqual(30_000);
    report({
      row: 51,
      fault: 'faults: 80 % at high volume',
      injections: world.mailgun.calls.length,
      outcome: `opened ${opened.length} times in 1 h, at least ${Math.round(Math.min(Infinity, ...gaps) / 1000)} s apart`,
    });
  });
});

it.each(['breaker', 'governor', 'controls', 'suppressions'])(
  'row 52: nothing is sent while the store of %s is down',
  async (store) => {
    const { world, wrong } = await play(
      {
        fleet: { workers: 10 },
        injector: ({ call, side, atMs }) =>
          call.startsWith(`${store}.`) && side === 'before' && atMs < START_MS + HOUR_MS
            ? 'throttle'
            : undefined,
      },
      (staged) => enqueue(staged, 50, 2),
      { accepted: 100 },
    );

    expect(wrong).toEqual([]);
    expect(calls(world, START_MS, START_MS + HOUR_MS)).toEqual([]);
    expect(world.mailgun.calls).toHaveLength(50);
    report({
      row: 52,
      fault: `store of ${store} down for 1 h`,
      injections: world.fleet.casualties.throttle,
      outcome: '0 calls meanwhile, all sent once after it',
    });
  },
);

/** Most recipients in any window, and the whole, as shares of what the rate allows. */
function ratesOf(world: World, perMinute: number): { peak: number; mean: number } {
  const { calls: made } = world.mailgun;
  let peak = 0;
  let sum = 0;
  let first = 0;
  for (const { atMs, addresses } of made) {
    sum += addresses.length;
    while (made[first]!.atMs <= atMs - MINUTE_MS) sum -= made[first++]!.addresses.length;
    peak = Math.max(peak, sum);
  }
  const spanMs = made.at(-1)!.atMs - made[0]!.atMs;
  const all = made.slice(0, -1).reduce((total, { addresses }) => total + addresses.length, 0);
  return { peak: peak / perMinute, mean: all / (perMinute * (spanMs / MINUTE_MS)) };
}

it.each([
  [49, 'clocks that agree', 0, 0.9],
  // Whose clock is ahead makes the others wait: safe, and slow.
  [53, 'clocks up to 5 min off', 5 * MINUTE_MS, 0],
])('row %i: fifty workers keep one rate with %s', async (row, what, skewMs, leastUse) => {
  const perMinute = 10_000;
  const random = seeded(row);
  const skews = Array.from({ length: 50 }, () => Math.round((2 * random() - 1) * skewMs));
  const { world, wrong } = await play(
    {
      fleet: { workers: 50, skewMs: (worker) => skews[worker] ?? 0 },
      governor: { recipientsPerSecond: perMinute / 60 },
    },
    (staged) => enqueue(staged, 300, 100),
    { accepted: 30_000 },
  );
  const { peak, mean } = ratesOf(world, perMinute);

  expect(wrong).toEqual([]);
  expect(peak).toBeLessThanOrEqual(1.05);
  expect(mean).toBeGreaterThanOrEqual(leastUse);
  report({
    row,
    fault: `50 workers on ${perMinute} recipients a minute, ${what}`,
    injections: skewMs === 0 ? 0 : 50,
    outcome: `30000 recipients; busiest minute ${peak.toFixed(3)}, whole ${mean.toFixed(3)} of the rate`,
  });
});

it('row 49: a backlog that waits for a slow rate does not use up the receives of its messages', async () => {
  const count = 200;
  const secondsEach = 20;
  let most = 0;
  const { world, wrong } = await play(
    { fleet: { workers: 20 }, governor: { recipientsPerSecond: 10 / secondsEach } },
    (staged) => {
      enqueue(staged, count, 10);
      for (let atMs = MINUTE_MS; atMs < 3 * HOUR_MS; atMs += MINUTE_MS) {
        staged.later(atMs, () => (most = Math.max(most, staged.queue.mostReceives)));
      }
    },
    { accepted: 10 * count },
  );
  const lastedMs = world.mailgun.calls.at(-1)!.atMs - START_MS;

  expect(wrong).toEqual([]);
  // Were every message to come back for every turn, the last would come as often as there are batches.
  expect(most).toBeLessThan(count / 2);
  expect(lastedMs).toBeLessThan(1.1 * count * secondsEach * 1_000);
  report({
    row: 49,
    fault: `${count} batches wait for a rate of one in ${secondsEach} s`,
    injections: 0,
    outcome: `received ${most} times at most (of 1,000), all sent in ${(lastedMs / 60_000).toFixed(0)} min`,
  });
});

it('row 2: a domain on probation sends a campaign of 1,000 by itself, over days', async () => {
  const perCall = 10;
  const perHour = 100;
  let refusals = 0;
  const { world, wrong } = await play(
    { fleet: { workers: 5 } },
    (staged) => {
      enqueue(staged, 5, 200);
      const taken: { atMs: number; recipients: number }[] = [];
      staged.mailgun.script = ({ atMs, addresses }) => {
        const hour = taken.filter((one) => one.atMs > atMs - HOUR_MS);
        const used = hour.reduce((sum, { recipients }) => sum + recipients, 0);
        if (used + addresses.length > perHour && addresses.length <= perCall) {
          refusals += 1;
          const again = new Date(hour[0]!.atMs + HOUR_MS + 1_000)
            .toUTCString()
            .replace('GMT', 'UTC');
          return refusal(
            420,
            `Domain ${DOMAIN} is not allowed to send: recipient limit exceeded, try again after ${again}`,
          );
        }
        if (addresses.length > perCall) {
          refusals += 1;
          return refusal(403, `Domain ${DOMAIN} is not allowed to send large batches yet`);
        }
        taken.push({ atMs, recipients: addresses.length });
        return undefined;
      };
    },
    { accepted: 1_000 },
  );
  const hours = (world.mailgun.calls.at(-1)!.atMs - START_MS) / HOUR_MS;

  expect(wrong).toEqual([]);
  expect(world.deadLetters.letters).toEqual([]);
  expect(world.types.length).toBeLessThanOrEqual(6);
  report({
    row: 2,
    fault: `probation: ${perCall} a call, ${perHour} an hour, 420 with a date`,
    injections: refusals,
    outcome: `1000 mailed once in ${hours.toFixed(1)} h, ${world.types.length} notifications, no dead letter`,
  });
});
