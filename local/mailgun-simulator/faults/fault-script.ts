import { chanceOf, type Chance } from '../model/chance';

/** How often a fault applies to what it matches. */
export interface Script {
  /** Applies to the first so many; without it, to all. */
  readonly count?: number;
  /** Applies by chance, between 0 and 1; the seed decides the draws. @default 1 */
  readonly probability?: number;
  /** Spares the first so many. @default 0 */
  readonly skip?: number;
}

/** A fault in force, with how often it was asked and how often it applied. */
export class ScriptedFault<T> {
  matched = 0;
  applied = 0;
  private readonly chance: Chance;

  constructor(
    readonly id: string,
    readonly definition: T,
    private readonly script: Script,
    seed: number,
  ) {
    this.chance = chanceOf(`${String(seed)}\n${id}`);
  }

  /** Counts something that the fault matches, and decides whether it applies. */
  applies(): boolean {
    if (this.applied >= (this.script.count ?? Infinity)) return false;

    this.matched += 1;
    if (this.matched <= (this.script.skip ?? 0)) return false;
    if (this.chance() >= (this.script.probability ?? 1)) return false;

    this.applied += 1;
    return true;
  }

  /** The fault as `GET /__simulator/faults` lists it. */
  describe(): object {
    const { count } = this.script;
    return {
      id: this.id,
      ...this.definition,
      ...this.script,
      matched: this.matched,
      applied: this.applied,
      ...(count !== undefined && { remaining: count - this.applied }),
    };
  }
}
