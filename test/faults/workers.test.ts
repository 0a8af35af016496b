import { batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import {
  anyOf,
  killAtCall,
  type Injection,
  type Injector,
} from '../support/fault-harness/injections';
import { fault5xx, silence, type Behaviour } from '../support/fault-harness/model-mailgun';
import { seeded, type Random } from '../support/fault-harness/random';
import { overSeeds, play, type Play } from '../support/fault-harness/verdict';
import { HOUR_MS, MINUTE_MS, type World, type WorldSettings } from '../support/fault-harness/world';

const BATCHES = 4;
const EACH = 3;
const ALL = { accepted: BATCHES * EACH };

const enqueue = (world: World) => {
  for (const request of batches(BATCHES, EACH)) world.enqueue(request);
};

/** A number the world does not use itself, so that the same seed stays the same world. */
const chanceOf = (seed: number): Random => seeded(seed + 1_000_000);
const pick = <T>(random: Random, ...choices: readonly T[]): T =>
  choices[Math.floor(random() * choices.length)]!;

/** Something goes wrong at a share of the calls that a pattern names, so many times at most. */
function sometimes(
  random: Random,
  share: number,
  { calls, injection, most = 20 }: { calls: RegExp; injection: Injection; most?: number },
): Injector {
  const side = injection === 'throttle' ? 'before' : injection === 'kill' ? undefined : 'after';
  let left = most;
  return (point) => {
    const isHit =
      left > 0 &&
      calls.test(point.call) &&
      (side === undefined || point.side === side) &&
      random() < share;
    if (!isHit) return undefined;
    left -= 1;
    return injection;
  };
}

/** Some of the first calls have no answer, whether taken or not. */
const someUnknown = (random: Random, share: number) => (world: World) => {
  enqueue(world);
  const last = 6;
  world.mailgun.script = ({ number }): Behaviour | undefined => {
    if (number > last || random() >= share) return undefined;
    const taken = random() < 0.5;
    return pick(random, fault5xx(taken), silence(taken));
  };
};

interface Row {
  readonly row: number;
  readonly fault: string;
  readonly outcome: string;
  readonly settings: (random: Random) => Partial<WorldSettings>;
  readonly stage?: (random: Random) => (world: World) => unknown;
  /** What else must hold. */
  readonly and?: (played: Play) => readonly string[];
}

const STORES = /^(ledger|messageIndex|recipientRecords|suppressions|controls|breaker|governor)\./;

/** The first answer of Mailgun is the last thing that is heard of anything for a while. */
function storesDownAfterACall(forMs: number): Injector {
  let downUntilMs = 0;
  return ({ call, side, atMs }) => {
    if (call === 'gateway.send' && side === 'after' && downUntilMs === 0) {
      downUntilMs = atMs + forMs;
    }
    return STORES.test(call) && side === 'before' && atMs < downUntilMs ? 'throttle' : undefined;
  };
}

const callsAre =
  (number: number) =>
  ({ world }: Play) =>
    world.mailgun.calls.length === number ? [] : [`${world.mailgun.calls.length} calls`];

const rows: readonly Row[] = [
  {
    row: 16,
    fault: 'worker killed before its claim',
    outcome: 'another sends it, once, without a doubt',
    settings: (random) => ({
      injector: killAtCall(
        pick(random, 'ledger.begin', 'ledger.find', 'breaker.admit', 'governor.take'),
        'after',
        1 + Math.floor(random() * BATCHES),
      ),
    }),
    and: callsAre(BATCHES),
  },
  {
    row: 17,
    fault: 'worker killed between its claim and its call',
    outcome: 'in doubt, absent, sent once',
    settings: (random) => ({
      injector: killAtCall('gateway.send', 'before', 1 + Math.floor(random() * BATCHES)),
    }),
    and: callsAre(BATCHES),
  },
  {
    row: 18,
    fault: 'worker killed between acceptance and its record',
    outcome: 'in doubt, found, never sent again',
    settings: (random) => ({
      injector: killAtCall('gateway.send', 'after', 1 + Math.floor(random() * BATCHES)),
    }),
    and: callsAre(BATCHES),
  },
  {
    row: 19,
    fault: 'invocation out of time in the middle of a call',
    outcome: 'in doubt, settled by evidence',
    settings: () => ({}),
    stage: (random) => (world) => {
      enqueue(world);
      const usual = world.mailgun.callMs;
      let slow = 2;
      world.mailgun.callMs = () => (slow-- > 0 ? (100 + random() * 400) * 1_000 : usual());
    },
    and: callsAre(BATCHES),
  },
  {
    row: 20,
    fault: 'a message delivered again after it was done',
    outcome: 'no effect but its deletion',
    settings: (random) => ({
      injector: sometimes(random, 0.6, { calls: /^queue\.delete$/, injection: 'throttle' }),
    }),
    stage: () => (world) => {
      enqueue(world);
      world.later(5 * MINUTE_MS, () => enqueue(world));
    },
    and: callsAre(BATCHES),
  },
  {
    row: 21,
    fault: 'a message delivered to two workers at once',
    outcome: 'one call',
    settings: () => ({ queue: { duplicates: 0.6 }, fleet: { workers: 6 } }),
    and: callsAre(BATCHES),
  },
  {
    row: 22,
    fault: 'visibility over while the call lasts',
    outcome: 'the second worker waits for the first',
    settings: () => ({ queue: { visibilityTimeoutMs: 5_000 }, fleet: { workers: 6 } }),
    stage: (random) => (world) => {
      enqueue(world);
      world.mailgun.callMs = () => 4_000 + random() * 50_000;
    },
    and: callsAre(BATCHES),
  },
  {
    row: 23,
    fault: 'deletions that fail, answers of deletions lost',
    outcome: 'the redelivery changes nothing',
    settings: (random) => ({
      injector: sometimes(random, 0.8, {
        calls: /^queue\.delete$/,
        injection: 'throttle',
        most: 9,
      }),
    }),
    and: callsAre(BATCHES),
  },
  {
    row: 27,
    fault: 'the claim throttled',
    outcome: 'not called, comes back; the breaker counts nothing',
    settings: (random) => ({
      injector: sometimes(random, 0.5, { calls: STORES, injection: 'throttle' }),
    }),
    and: ({ world }) =>
      [...world.breaker.states.values()].every(({ phase }) => phase === 'closed') &&
      !world.types.includes('breaker.opened')
        ? []
        : ['the breaker opened'],
  },
  {
    row: 28,
    fault: 'stores down for half a minute after acceptance',
    outcome: 'recorded by the worker that knows, no doubt',
    settings: () => ({ injector: storesDownAfterACall(30_000) }),
    and: ({ world }) => [
      ...callsAre(BATCHES)({ world, wrong: [] }),
      ...(world.fleet.names.some((name) => name.startsWith('acceptanceSearch.'))
        ? ['there was a doubt']
        : []),
    ],
  },
  {
    row: 28,
    fault: 'stores down between acceptance and its record',
    outcome: 'found by its lease, settled by evidence',
    settings: () => ({ injector: storesDownAfterACall(20 * MINUTE_MS) }),
    and: callsAre(BATCHES),
  },
  {
    row: 29,
    fault: 'own writes repeated after a lost answer',
    outcome: 'known as own, one call each',
    settings: (random) => ({
      injector: sometimes(random, 0.3, { calls: STORES, injection: 'repeat' }),
    }),
    and: callsAre(BATCHES),
  },
  {
    row: 29,
    fault: 'answers of own writes lost for good',
    outcome: 'the next worker finds the write',
    settings: (random) => ({
      injector: sometimes(random, 0.15, { calls: STORES, injection: 'loseReply', most: 8 }),
    }),
  },
  {
    row: 53,
    fault: 'clocks up to 5 min off, with deaths, lost answers and duplicates',
    outcome: 'nobody twice, nobody lost',
    settings: (random) => ({
      fleet: {
        workers: 6,
        skewMs: (worker) =>
          Math.round(seeded(worker + Math.floor(random() * 100))() * 10 - 5) * MINUTE_MS,
      },
      queue: { duplicates: 0.3, visibilityTimeoutMs: 3 * MINUTE_MS },
      injector: anyOf(
        sometimes(random, 0.02, { calls: /./, injection: 'kill', most: 4 }),
        sometimes(random, 0.05, { calls: STORES, injection: 'loseReply' }),
        sometimes(random, 0.1, { calls: STORES, injection: 'repeat' }),
        sometimes(random, 0.05, { calls: STORES, injection: 'throttle' }),
      ),
    }),
    stage: (random) => (world) => {
      someUnknown(random, 0.3)(world);
      // Deaths in a row look like poison: then a person has a look, and puts the batch back.
      for (let hour = 6; hour <= 30; hour += 6) world.later(hour * HOUR_MS, () => world.redrive());
    },
  },
];

it.each(rows.map((row) => ({ ...row, title: `row ${row.row}: ${row.fault}` })))(
  '$title',
  async ({ row, fault, outcome, settings, stage, and }) => {
    const { seeds, injections, wrong } = await overSeeds(async (seed) => {
      const random = chanceOf(seed);
      const played = await play({ seed, ...settings(random) }, stage?.(random) ?? enqueue, ALL);
      return { ...played, wrong: [...played.wrong, ...(and?.(played) ?? [])] };
    });

    report({
      row,
      fault: `${fault} (${seeds} seeds)`,
      injections,
      outcome: `${seeds - wrong.length} of ${seeds}: ${outcome}`,
    });
    expect(wrong).toEqual([]);
  },
);

it('a doubt is in the books until it is settled', async () => {
  const seen: string[] = [];
  const { world } = await play(
    { injector: killAtCall('gateway.send', 'before') },
    (staged) => {
      enqueue(staged);
      staged.later(25 * MINUTE_MS, async () => {
        const states: string[] = [];
        for (const { accountId, campaignId, batchId } of staged.requests) {
          const books = await staged.ledger.readBatch({ accountId, campaignId, batchId });
          states.push(books!.submissions[0]!.state);
        }
        seen.push(...states.sort());
      });
    },
    ALL,
  );

  expect(seen).toEqual(['accepted', 'accepted', 'accepted', 'inDoubt']);
  expect(world.mailgun.calls).toHaveLength(BATCHES);
});
