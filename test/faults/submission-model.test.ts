import fc from 'fast-check';
import type { Submission } from '../../lambdas/core/submission/submission';
import { reckon, watchDeletions } from '../support/fault-harness/books-check';
import { batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import type { Injection } from '../support/fault-harness/injections';
import { fault5xx, refusal, silence, type Behaviour } from '../support/fault-harness/model-mailgun';
import { seeded } from '../support/fault-harness/random';
import { faultsOf } from '../support/fault-harness/verdict';
import {
  DAY_MS,
  DOMAIN,
  HOUR_MS,
  MINUTE_MS,
  START_MS,
  World,
} from '../support/fault-harness/world';

const EACH = 3;
const RUNS = 150;

type State = Submission['state'] | 'none';

/** The reference: where a submission may go from each state. */
const NEXT: Readonly<Record<State, readonly State[]>> = {
  none: ['dispatching', 'split', 'skipped', 'refused'],
  planned: ['dispatching', 'split', 'skipped', 'refused', 'accepted'],
  dispatching: ['accepted', 'planned', 'split', 'refused', 'inDoubt'],
  inDoubt: ['accepted', 'dispatching', 'split', 'skipped', 'refused', 'inDoubt'],
  accepted: [],
  refused: [],
  split: [],
  skipped: [],
};

/** What the reference knows: who was asked for, and what the campaign may do. */
interface Model {
  enqueued: number;
  standing: 'active' | 'paused' | 'cancelled';
}

/** The workers, with every step of every submission held to the reference as it is taken. */
class Real {
  readonly world: World;
  readonly lost: readonly string[];
  readonly illegal: string[] = [];
  private readonly planned: Injection[] = [];
  private readonly answers: Behaviour[] = [];

  constructor(seed: number) {
    const skew = seeded(seed + 9);
    const skews = Array.from({ length: 4 }, () => Math.round((skew() * 10 - 5) * MINUTE_MS));
    this.world = new World({
      seed,
      fleet: { workers: 4, skewMs: (worker) => skews[worker] ?? 0 },
      queue: { duplicates: 0.1 },
      injector: ({ side }) => this.injection(side),
    });
    this.world.mailgun.script = ({ addresses }) => {
      const answer = this.answers.shift();
      // One recipient is no large batch.
      return answer === LARGE_BATCH && addresses.length === 1 ? undefined : answer;
    };
    this.lost = watchDeletions(this.world);
    this.watch();
  }

  plan(injection: Injection): void {
    this.planned.push(injection);
  }

  answer(behaviour: Behaviour): void {
    this.answers.push(behaviour);
  }

  pass(ms: number): Promise<boolean> {
    return this.world.scheduler.run(this.world.nowMs + ms);
  }

  private injection(side: 'before' | 'after'): Injection | undefined {
    const next = this.planned[0];
    const fits = next === 'kill' || (next === 'throttle') === (side === 'before');
    if (next === undefined || !fits || this.world.random() < 0.7) return undefined;
    return this.planned.shift();
  }

  private watch(): void {
    const { ledger } = this.world;
    const { advance } = ledger;
    ledger.advance = async (batch, expected, next) => {
      const before = await ledger.find({ ...batch, path: next.path });
      const result = await advance.call(ledger, batch, expected, next);
      const after = await ledger.find({ ...batch, path: next.path });
      if (result === 'stored' && after !== before) this.check(before, next);
      return result;
    };
  }

  private check(before: Submission | undefined, next: Submission): void {
    const from = before?.state ?? 'none';
    const isForward =
      next.attempts >= (before?.attempts ?? 0) && next.revision >= (before?.revision ?? 0);
    const isNewCall = next.state !== 'dispatching' || next.attempts === (before?.attempts ?? 0) + 1;
    // Nothing but a proof of absence lets a doubt be sent again, and that is under another id.
    const isAnew =
      from !== 'inDoubt' ||
      next.state !== 'dispatching' ||
      next.revision === (before?.revision ?? 0) + 1;
    if (NEXT[from].includes(next.state) && isForward && isNewCall && isAnew) return;
    this.illegal.push(`${from}/${before?.attempts} -> ${next.state}/${next.attempts}`);
  }
}

type Command = fc.AsyncCommand<Model, Real>;

const command = (
  name: string,
  {
    run,
    check = () => true,
  }: { run: (model: Model, real: Real) => unknown; check?: (model: Readonly<Model>) => boolean },
): Command => ({
  check,
  run: async (model, real) => {
    await run(model, real);
    await real.pass(1);
    const { mailedTwice, unaccounted, parts } = await reckon(real.world);
    expect(real.illegal).toEqual([]);
    expect(mailedTwice).toBe(0);
    // A batch nobody began yet is in the queue, and in no part of the books.
    const counted = Object.values(parts).reduce((sum, count) => sum + count, 0);
    expect(counted + unaccounted).toBe(model.enqueued * EACH);
  },
  toString: () => name,
});

const ALL = batches(12, EACH);

const LARGE_BATCH = refusal(403, `Domain ${DOMAIN} is not allowed to send large batches yet`);

const behaviours: readonly (readonly [string, Behaviour])[] = [
  ['500, taken', fault5xx(true)],
  ['500, not taken', fault5xx(false)],
  ['silence, taken', silence(true)],
  ['silence, not taken', silence(false)],
  [
    'limit',
    refusal(
      429,
      `Domain ${DOMAIN} is not allowed to send: request limit exceeded, try again after 120 seconds`,
    ),
  ],
  ['large batch', LARGE_BATCH],
  ['no route', silence(false, { sent: 'notSent', code: 'ECONNREFUSED' })],
];

const commands = [
  fc.constant(
    command('enqueue', {
      check: ({ enqueued }) => enqueued < ALL.length,
      run: (model, { world }) => {
        world.enqueue(ALL[model.enqueued]!);
        model.enqueued += 1;
      },
    }),
  ),
  fc.nat({ max: ALL.length - 1 }).map((index) =>
    command(`enqueue ${index} again`, {
      check: ({ enqueued }) => enqueued > index,
      run: (_model, { world }) => world.enqueue(ALL[index]!),
    }),
  ),
  fc
    .constantFrom(50, 400, 5_000, 2 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS)
    .map((ms) => command(`${ms} ms pass`, { run: (_model, real) => real.pass(ms) })),
  fc
    .constantFrom(...behaviours)
    .map(([name, behaviour]) =>
      command(`next answer: ${name}`, { run: (_model, real) => real.answer(behaviour) }),
    ),
  fc
    .constantFrom<Injection[]>('throttle', 'loseReply', 'repeat', 'kill')
    .map((injection) =>
      command(`soon: ${injection}`, { run: (_model, real) => real.plan(injection) }),
    ),
  fc.constant(
    command('pause', {
      check: ({ standing }) => standing === 'active',
      run: async (model, { world }) => {
        model.standing = 'paused';
        await world.pause();
      },
    }),
  ),
  fc.constant(
    command('resume', {
      check: ({ standing }) => standing === 'paused',
      run: async (model, { world }) => {
        model.standing = 'active';
        await world.resume();
      },
    }),
  ),
  fc.constant(
    command('cancel', {
      check: ({ standing, enqueued }) => standing !== 'cancelled' && enqueued > 8,
      run: async (model, { world }) => {
        model.standing = 'cancelled';
        await world.cancel();
      },
    }),
  ),
];

/** Lets everything come to its end: nothing else goes wrong, and people do what is asked of them. */
async function settle(model: Model, { world }: Real): Promise<void> {
  if (model.standing === 'paused') await world.resume();
  world.sweepHourly(30);
  for (let hour = 1; hour <= 30; hour += 1) {
    world.later(world.nowMs - START_MS + hour * HOUR_MS, () => world.redrive());
  }
  await world.scheduler.run(world.nowMs + 3 * DAY_MS);
}

it('a submission does what its reference does, whatever happens to workers, stores and Mailgun', async () => {
  let steps = 0;
  let injections = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.commands(commands, { maxCommands: 60, size: 'large' }),
      async (seed, sequence) => {
        const model: Model = { enqueued: 0, standing: 'active' };
        const real = new Real(seed);
        await fc.asyncModelRun(() => ({ model, real }), sequence);
        await settle(model, real);

        const { world, lost, illegal } = real;
        const { parts } = await reckon(world);
        const { kill, throttle, loseReply, repeat } = world.fleet.casualties;
        steps += world.fleet.points;
        injections += kill + throttle + loseReply + repeat;
        expect(await faultsOf(world, lost)).toEqual([]);
        expect(illegal).toEqual([]);
        expect(parts.accepted + parts.refused).toBe(model.enqueued * EACH);
        if (model.standing !== 'cancelled') expect(parts.refused).toBe(0);
      },
    ),
    { numRuns: RUNS },
  );

  report({
    row: 'model',
    fault: `random commands against a reference (${RUNS} runs)`,
    injections,
    outcome: `${steps} steps of ports, every transition legal, each mailed once or refused`,
  });
});
