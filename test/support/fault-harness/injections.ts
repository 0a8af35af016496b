/** A place where something can go wrong: just before or just after a port's effect. */
export interface Point {
  /** Counted over the whole run, 1 for the first. */
  readonly number: number;
  /** Port and method, such as `ledger.advance`. */
  readonly call: string;
  readonly side: 'before' | 'after';
  readonly worker: number;
  readonly atMs: number;
}

/**
 * What goes wrong there. The worker dies; the store refuses (before the effect) or its answer is
 * lost (after); or the SDK, which lost the answer, makes the same call again.
 */
export type Injection = 'kill' | 'throttle' | 'loseReply' | 'repeat';

/** Decides what goes wrong at a place, if anything. */
export type Injector = (point: Point) => Injection | undefined;

/** Nothing goes wrong. */
export const NOTHING: Injector = () => undefined;

/** Kills the worker at one place. */
export const killAt =
  (number: number): Injector =>
  (point) =>
    point.number === number ? 'kill' : undefined;

/** Kills the first worker that comes to the nth call of a name. */
export function killAtCall(call: string, side: Point['side'], nth = 1): Injector {
  let seen = 0;
  return (point) => {
    if (point.call !== call || point.side !== side) return undefined;
    seen += 1;
    return seen === nth ? 'kill' : undefined;
  };
}

/** The first injection that any of them wants. */
export const anyOf =
  (...injectors: readonly Injector[]): Injector =>
  (point) => {
    for (const injector of injectors) {
      const injection = injector(point);
      if (injection !== undefined) return injection;
    }
    return undefined;
  };
