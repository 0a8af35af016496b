import { reckon, watchDeletions } from '../support/fault-harness/books-check';
import { addressOf, batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import { killAt } from '../support/fault-harness/injections';
import { fault5xx } from '../support/fault-harness/model-mailgun';
import { MINUTE_MS, World } from '../support/fault-harness/world';

interface Scenario {
  readonly name: string;
  /** Puts the work on the queue, and plans what happens beside it. */
  readonly stage: (world: World) => Promise<void> | void;
  /** Calls that must be among the places. */
  readonly passes?: readonly string[];
  /** Recipients of each part at the end. */
  readonly parts: Readonly<Record<string, number>>;
}

const enqueue = (world: World, count: number, each: number) => {
  for (const request of batches(count, each)) world.enqueue(request);
};

const scenarios: readonly Scenario[] = [
  {
    name: 'three batches are taken',
    stage: (world) => enqueue(world, 3, 4),
    parts: { accepted: 12 },
  },
  {
    name: 'one address is suppressed, one is bad',
    stage: async (world) => {
      enqueue(world, 1, 8);
      await world.suppress(addressOf(0, 2));
      world.mailgun.badAddresses.add(addressOf(0, 5));
    },
    parts: { accepted: 6, suppressed: 1, invalid: 1 },
  },
  {
    name: 'a 500 after acceptance',
    stage: (world) => {
      enqueue(world, 2, 4);
      world.mailgun.script = ({ number }) => (number === 1 ? fault5xx(true) : undefined);
    },
    parts: { accepted: 8 },
  },
  {
    name: 'a 500 before acceptance',
    stage: (world) => {
      enqueue(world, 2, 4);
      world.mailgun.script = ({ number }) => (number === 1 ? fault5xx(false) : undefined);
    },
    parts: { accepted: 8 },
  },
  {
    name: 'a pause with parking, and a resume',
    passes: ['parkedBatches.put', 'ledger.park', 'campaignMessages.put', 'ledger.unpark'],
    stage: async (world) => {
      enqueue(world, 3, 4);
      world.later(60, () => world.pause());
      world.later(20 * MINUTE_MS, () => world.resume());
      await Promise.resolve();
    },
    parts: { accepted: 12 },
  },
];

/** Runs a scenario; the same seed gives the same places to die at. */
async function play({ stage }: Scenario, number: number) {
  const world = new World({ seed: 7, injector: killAt(number), fleet: { workers: 2 } });
  const lost = watchDeletions(world);
  await stage(world);
  const ended = await world.run();
  return { world, ended, lost, reckoning: await reckon(world) };
}

describe.each(scenarios)('when $name', (scenario) => {
  it('a worker killed at any await mails nobody twice and loses nobody', async () => {
    const { world: whole } = await play(scenario, 0);
    const places = whole.fleet.points;
    for (const call of scenario.passes ?? []) expect(whole.fleet.names).toContain(`${call} before`);
    const wrong: string[] = [];
    for (let number = 1; number <= places; number += 1) {
      const { world, ended, lost, reckoning } = await play(scenario, number);
      const { mailedTwice, misstated, unaccounted, parts } = reckoning;
      const place = `${number}: ${whole.fleet.names[number - 1] ?? ''}`;
      const counted = Object.fromEntries(Object.entries(parts).filter(([, count]) => count > 0));
      const isRight =
        ended &&
        lost.length + mailedTwice + misstated + unaccounted === 0 &&
        JSON.stringify(counted) === JSON.stringify(scenario.parts) &&
        world.indiscretions.length === 0 &&
        world.deadLetters.letters.length === 0;
      if (!isRight)
        wrong.push(
          `${place} ${JSON.stringify({ ended, lost, mailedTwice, misstated, unaccounted, counted })}`,
        );
    }

    report({
      row: 'kill',
      fault: `killed at every await: ${scenario.name}`,
      injections: places,
      outcome: `${places - wrong.length} of ${places}: nobody twice, nobody lost, no doubt left`,
    });
    expect(wrong).toEqual([]);
  });
});

it('a worker killed at any await of a cancelled campaign leaves everybody mailed once or refused', async () => {
  const scenario: Scenario = {
    name: 'a cancel',
    stage: (world) => {
      enqueue(world, 4, 4);
      world.later(400, () => world.cancel());
    },
    parts: {},
  };
  const { world: whole, reckoning: usual } = await play(scenario, 0);
  expect(usual.parts.refused).toBeGreaterThan(0);

  const wrong: string[] = [];
  for (let number = 1; number <= whole.fleet.points; number += 1) {
    const { ended, lost, reckoning } = await play(scenario, number);
    const { mailedTwice, misstated, unaccounted, parts } = reckoning;
    const isOver = parts.accepted + parts.refused === 16;
    if (!ended || lost.length + mailedTwice + misstated + unaccounted > 0 || !isOver) {
      wrong.push(
        `${number}: ${whole.fleet.names[number - 1] ?? ''} ${JSON.stringify({ ended, lost, reckoning })}`,
      );
    }
  }

  report({
    row: 'kill',
    fault: 'killed at every await: a cancel',
    injections: whole.fleet.points,
    outcome: `${whole.fleet.points - wrong.length} of ${whole.fleet.points}: each mailed once or refused`,
  });
  expect(wrong).toEqual([]);
});
