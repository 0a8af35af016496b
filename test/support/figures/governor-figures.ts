import type { GovernorSettings } from '../../../lambdas/core/governor/governor';
import { InMemoryGovernor } from '../fakes/in-memory-governor';
import { chanceOf, VirtualTime } from './virtual-time';

const DOMAIN = 'mg.example.com';
const START_MS = Date.parse('2026-11-23T12:00:00Z');
const WORKERS = 50;
const RECIPIENTS = 50;
const RATE = 10_000 / 60;
const DURATION_MS = 10 * 60_000;
const WINDOW_MS = 10_000;
const SKEW_MS = 5 * 60_000;

/** How well fifty workers kept one rate. */
export interface RateFigures {
  /** Most that was taken in any ten seconds, as a share of what the rate allows. */
  readonly peak: number;
  /** What was taken over ten minutes, as a share of what the rate allows. */
  readonly use: number;
}

/** How workers keep a rate with clocks that agree, with clocks that don't, and under limits. */
export interface GovernorFigures {
  readonly exact: RateFigures;
  /** Clocks up to five minutes off, either way. */
  readonly skewed: RateFigures;
  /** Times a limit was met until the rate was below it, the true limit being a quarter. */
  readonly probesUntilConverged: number;
  /** Recipients taken on a warm-up day with a budget of 5,000, by workers around midnight. */
  readonly warmUp: { readonly budget: number; readonly mostOnADay: number };
}

/** Figures of fifty workers on 10,000 recipients a minute, fifty recipients a call. */
export async function governorFigures(seed: number): Promise<GovernorFigures> {
  return {
    exact: await rateFigures(chanceOf(seed), 0),
    skewed: await rateFigures(chanceOf(seed), SKEW_MS),
    probesUntilConverged: await stormFigures(chanceOf(seed)),
    warmUp: await warmUpFigures(chanceOf(seed)),
  };
}

interface Taken {
  readonly atMs: number;
  /** The time by the clock of the worker that took. */
  readonly clockMs: number;
  readonly recipients: number;
}

async function rateFigures(chance: () => number, skewMs: number): Promise<RateFigures> {
  const taken = await takings(chance, skewMs, { recipientsPerSecond: RATE });
  const total = taken.reduce((sum, { recipients }) => sum + recipients, 0);
  return {
    peak: busiest(taken) / ((RATE * WINDOW_MS) / 1000),
    use: total / ((RATE * DURATION_MS) / 1000),
  };
}

/** Ten minutes of workers that take whenever they may; a call takes 0.1 to 1 s. */
async function takings(
  chance: () => number,
  skewMs: number,
  settings: GovernorSettings,
  startMs = START_MS,
): Promise<Taken[]> {
  const time = new VirtualTime(startMs);
  const governor = new InMemoryGovernor(() => settings);
  const taken: Taken[] = [];
  const work = async () => {
    const aheadMs = Math.round((2 * chance() - 1) * skewMs);
    await time.sleep(chance() * 1000);
    while (time.nowMs < startMs + DURATION_MS) {
      const clockMs = time.nowMs + aheadMs;
      const take = await governor.take(DOMAIN, RECIPIENTS, clockMs);
      if (take.take === 'tooMany') return;
      if (take.take === 'wait') {
        await time.sleep(Math.max(50, take.untilMs - clockMs) + chance() * 100);
        continue;
      }
      taken.push({ atMs: time.nowMs, clockMs, recipients: RECIPIENTS });
      await time.sleep(100 + chance() * 900);
    }
  };
  await time.run(Array.from({ length: WORKERS }, work));
  return taken;
}

/** Most recipients in any window of ten seconds. */
function busiest(taken: readonly Taken[]): number {
  let most = 0;
  let sum = 0;
  let first = 0;
  for (const { atMs, recipients } of taken) {
    sum += recipients;
    while ((taken[first]?.atMs ?? atMs) <= atMs - WINDOW_MS) {
      sum -= taken[first]?.recipients ?? 0;
      first += 1;
    }
    most = Math.max(most, sum);
  }
  return most;
}

/** Each time a limit is met, all workers that were under way slow down, then a minute passes. */
async function stormFigures(chance: () => number): Promise<number> {
  const governor = new InMemoryGovernor(() => ({ recipientsPerSecond: RATE }));
  let nowMs = START_MS;
  for (let probes = 0; ; probes += 1) {
    const { recipientsPerSecond } = await governor.read(DOMAIN, nowMs);
    if (recipientsPerSecond <= RATE / 4) return probes;
    for (let worker = 0; worker < WORKERS; worker += 1) {
      await governor.slowDown(DOMAIN, nowMs + Math.round(chance() * 3000));
    }
    nowMs += 60_000;
  }
}

async function warmUpFigures(chance: () => number): Promise<GovernorFigures['warmUp']> {
  const budget = 5_000;
  const settings = {
    recipientsPerSecond: RATE,
    warmUp: { startsOn: '2026-11-23', curve: [budget, budget] },
  };
  const startMs = Date.parse('2026-11-23T23:56:00Z');
  const taken = await takings(chance, 1_000, settings, startMs);
  const byDay = new Map<string, number>();
  for (const { clockMs, recipients } of taken) {
    const day = new Date(clockMs).toISOString().slice(0, 10);
    byDay.set(day, (byDay.get(day) ?? 0) + recipients);
  }
  return { budget, mostOnADay: Math.max(...byDay.values()) };
}
