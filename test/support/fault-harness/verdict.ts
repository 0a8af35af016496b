import type { RecipientPart } from '../../../lambdas/core/report/recipient-parts';
import { reckon, watchDeletions } from './books-check';
import { World, type WorldSettings } from './world';

/** What a run must come to: recipients by part, those not named being none. */
export type Parts = Readonly<Partial<Record<RecipientPart, number>>>;

/** Parts that have anybody in them. */
export function nonEmpty(parts: Readonly<Record<RecipientPart, number>>): Parts {
  return Object.fromEntries(Object.entries(parts).filter(([, count]) => count > 0));
}

/**
 * What is wrong with a world after its run, in words; nothing is the empty list.
 *
 * @param parts the recipients each part must have; `undefined` where only the rules count.
 */
export async function faultsOf(
  world: World,
  lost: readonly string[],
  parts?: Parts,
): Promise<readonly string[]> {
  const reckoning = await reckon(world);
  const { mailedTwice, misstated, unaccounted } = reckoning;
  const counted = nonEmpty(reckoning.parts);
  const isAsExpected = parts === undefined || sameParts(counted, parts);
  return [
    ...(mailedTwice > 0 ? [`${mailedTwice} mailed twice`] : []),
    ...(misstated > 0 ? [`${misstated} not as the books say: ${JSON.stringify(counted)}`] : []),
    ...(unaccounted > 0 ? [`${unaccounted} in no part`] : []),
    ...(lost.length > 0 ? [`left the queue without a state: ${lost.join(', ')}`] : []),
    ...(isAsExpected ? [] : [`parts are ${JSON.stringify(counted)}`]),
    ...(world.queue.expired.length > 0 ? [`${world.queue.expired.length} expired unseen`] : []),
    ...(world.queue.deadLetters.length > 0 ? ['a message was received too often'] : []),
    ...(world.indiscretions.length > 0 ? [`logged: ${world.indiscretions[0] ?? ''}`] : []),
  ];
}

/** A run of one world to its end. */
export interface Play {
  readonly world: World;
  readonly wrong: readonly string[];
}

/** Stages a world, runs it until nothing is left to do, and judges it. */
export async function play(
  settings: Partial<WorldSettings>,
  stage: (world: World) => unknown,
  parts?: Parts,
): Promise<Play> {
  const world = new World(settings);
  const lost = watchDeletions(world);
  await stage(world);
  const ended = await world.run();
  const wrong = await faultsOf(world, lost, parts);
  return { world, wrong: ended ? wrong : ['did not come to an end', ...wrong] };
}

/** What many seeds came to. */
export interface SeedsResult {
  readonly seeds: number;
  readonly injections: number;
  /** By seed, in words. */
  readonly wrong: readonly string[];
}

/** Seeds a row is run with where the order of things matters. */
export const SEEDS = 200;

/** Runs the same story under many seeds. */
export async function overSeeds(
  run: (seed: number) => Promise<Play>,
  seeds = SEEDS,
): Promise<SeedsResult> {
  const wrong: string[] = [];
  let injections = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { world, wrong: found } = await run(seed);
    injections += injectionsOf(world);
    if (found.length > 0) wrong.push(`seed ${seed}: ${found.join('; ')}`);
  }
  return { seeds, injections, wrong };
}

/** Everything that went wrong in a world on purpose. */
export function injectionsOf({ fleet }: World): number {
  const { kill, throttle, loseReply, repeat, timeout } = fleet.casualties;
  return kill + throttle + loseReply + repeat + timeout + fleet.overlaps;
}

function sameParts(counted: Parts, expected: Parts): boolean {
  const names = [...Object.keys(counted), ...Object.keys(expected)] as RecipientPart[];
  return names.every((name) => (counted[name] ?? 0) === (expected[name] ?? 0));
}
