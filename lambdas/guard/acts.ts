import { withoutAct, type GuardAct, type GuardFacts } from '../core/guard/guard-record';
import type { StandingChange, StandingSubject } from '../core/standing/standing';
import type { Dependencies } from './dependencies';
import type { Turn } from './turn';

/** Who acts, in the history of a campaign or an account. */
export const GUARD = 'guard';

/** One change of a standing that the guard may make, and what follows from it. */
export interface Action {
  readonly subject: StandingSubject;
  /** The standing it leads to. */
  readonly standing: 'paused' | 'suspended';
  /** Makes the change, unless somebody else made one. */
  readonly make: (change: StandingChange) => Promise<unknown>;
  /** Does what follows; safe to repeat, but for telling people. */
  readonly follow: (act: GuardAct) => Promise<void>;
}

/**
 * Makes a change: noted first, then made, then followed up. Whoever dies in between is finished by
 * {@link finishAct}.
 *
 * @returns the facts after it; without an act where somebody else had changed the standing by then.
 */
export async function act(
  dependencies: Pick<Dependencies, 'clock' | 'controls'>,
  action: Action,
  { keep }: Pick<Turn, 'keep'>,
  { facts, ...why }: Pick<GuardAct, 'reason' | 'figures'> & { readonly facts: GuardFacts },
): Promise<GuardFacts> {
  const begun: GuardAct = { ...why, atMs: dependencies.clock(), isDone: false };
  await keep({ ...facts, act: begun });
  const { reason, atMs } = begun;
  await action.make({ reason, actor: GUARD, atMs });
  // Whether it was this change is for the history to say: the answer of a repeated write says no.
  return finishAct(dependencies, action, { ...facts, act: begun });
}

/**
 * Finishes what a worker that died had begun, or forgets it where it was never made.
 *
 * @returns the facts after it.
 */
export async function finishAct(
  { controls }: Pick<Dependencies, 'controls'>,
  { subject, standing, follow }: Action,
  facts: GuardFacts,
): Promise<GuardFacts> {
  const begun = facts.act;
  if (begun === undefined || begun.isDone) return facts;

  const history = await controls.history(subject);
  const wasMade = history.some(
    (entry) =>
      'standing' in entry &&
      entry.standing === standing &&
      entry.actor === GUARD &&
      entry.atMs === begun.atMs,
  );
  if (!wasMade) return withoutAct(facts);
  await follow(begun);
  return afterAct(facts, begun);
}

/** What was counted before has had its consequence: it does not count again. */
function afterAct(facts: GuardFacts, begun: GuardAct): GuardFacts {
  const armedSinceMs = Math.max(facts.armedSinceMs ?? 0, begun.atMs);
  return { ...facts, armedSinceMs, warned: [], act: { ...begun, isDone: true } };
}
