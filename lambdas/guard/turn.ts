import { TransientError } from '../core/errors';
import type { GuardFacts, GuardRecord, GuardSubject } from '../core/guard/guard-record';
import type { Dependencies } from './dependencies';

/** What an evaluation is given. */
export interface Turn {
  /** What is known from the one before. */
  readonly facts: GuardFacts;
  /** When it began; milliseconds since the Unix epoch, UTC. */
  readonly nowMs: number;
  /**
   * Keeps facts before it goes on, for whoever comes after its death.
   *
   * @throws {TransientError} when another evaluation has begun: this one must stop.
   */
  readonly keep: (facts: GuardFacts) => Promise<void>;
}

/** What became of a request to evaluate. */
export type TurnOutcome =
  | { readonly turn: 'taken' }
  /** An evaluation has seen already what the request is about. */
  | { readonly turn: 'covered' }
  /** Evaluated lately, or just now by another; milliseconds since the Unix epoch, UTC. */
  | { readonly turn: 'early'; readonly untilMs: number };

/** Shortest time from one evaluation of a campaign to the next. */
const SPACING_MS = 15_000;

/** An evaluation is followed by a pause of so many times as long: reading is a quarter of the time at most. */
const REST_TIMES = 3;

/** Longer than an invocation may run. */
const LEASE_MS = 130_000;

/** A time further ahead was written by a clock that was wrong. */
const LONGEST_WAIT_MS = 15 * 60_000;

/** How far the clocks of two workers may differ. */
const CLOCKS_DIFFER_MS = 2_000;

/** After a fault the next try need not wait for a lease to run out. */
const AFTER_FAULT_MS = 1_000;

/**
 * Evaluates a campaign or an account, unless somebody does or did.
 *
 * @param dueAtMs see {@link GuardRequest}.
 * @throws faults of the stores: the request is then to be tried again.
 */
export async function takeTurn(
  dependencies: Pick<Dependencies, 'records' | 'clock' | 'newToken'>,
  subject: GuardSubject,
  dueAtMs: number | undefined,
  evaluate: (turn: Turn) => Promise<GuardFacts>,
): Promise<TurnOutcome> {
  const { records, clock, newToken } = dependencies;
  const nowMs = clock();
  const seen = await records.read(subject);
  if (isCovered(seen, dueAtMs)) return { turn: 'covered' };
  if (isEarly(seen, nowMs)) return { turn: 'early', untilMs: seen.nextAtMs };

  const token = newToken();
  if (!(await records.claim(subject, seen, { token, untilMs: nowMs + LEASE_MS }))) {
    return { turn: 'early', untilMs: nowMs + SPACING_MS };
  }
  let known = seen.facts;
  const save = async (facts: GuardFacts, nextAtMs: number): Promise<void> => {
    known = facts;
    if (await records.save(subject, token, { facts, nextAtMs })) return;
    throw new TransientError('could not keep an evaluation: another one has begun');
  };
  try {
    const keep = (facts: GuardFacts) => save(facts, nowMs + LEASE_MS);
    const facts = await evaluate({ facts: known, nowMs, keep });
    const endMs = clock();
    const nextAtMs = Math.max(nowMs + SPACING_MS, endMs + REST_TIMES * (endMs - nowMs));
    await save({ ...facts, evaluatedAtMs: nowMs }, nextAtMs);
    return { turn: 'taken' };
  } catch (error) {
    // Where this fails too, the lease runs out by itself.
    const nextAtMs = clock() + AFTER_FAULT_MS;
    await records.save(subject, token, { facts: known, nextAtMs }).catch(() => false);
    throw error;
  }
}

function isCovered({ facts }: GuardRecord, dueAtMs: number | undefined): boolean {
  if (dueAtMs === undefined || facts.evaluatedAtMs === undefined) return false;
  return facts.evaluatedAtMs >= dueAtMs + CLOCKS_DIFFER_MS;
}

function isEarly({ nextAtMs }: GuardRecord, nowMs: number): boolean {
  return nextAtMs > nowMs && nextAtMs <= nowMs + LONGEST_WAIT_MS;
}
