import type { Random } from './random';

interface Due {
  readonly atMs: number;
  /** Random, so that what is due at the same time runs in an order that the seed decides. */
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time. Nothing waits for real: the next thing that is due runs at once, and the clock
 * jumps to its time. Which of two workers goes first is decided by the seed.
 */
export class Scheduler {
  private readonly heap: Due[] = [];

  constructor(
    public nowMs: number,
    private readonly random: Random,
  ) {}

  /** Runs something at a time, or at once when that has passed. */
  at(atMs: number, run: () => void): void {
    this.push({ atMs: Math.max(atMs, this.nowMs), order: this.random(), run });
  }

  /** Runs something after so many milliseconds. */
  after(ms: number, run: () => void): void {
    this.at(this.nowMs + ms, run);
  }

  /** Resolves after so many virtual milliseconds. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /**
   * Runs what is due, one after the other, until nothing is left, `done` says so or the time is up.
   *
   * @returns whether it ended before the time was up.
   */
  async run(untilMs: number, done: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      await microtasks();
      const next = this.heap[0];
      if (next === undefined || done()) return true;
      if (next.atMs > untilMs) {
        this.nowMs = untilMs;
        return false;
      }
      this.pop();
      this.nowMs = next.atMs;
      next.run();
    }
  }

  private push(due: Due): void {
    const { heap } = this;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = due;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;

    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

/** Lets everything go on that can go on without time passing. */
function microtasks(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;
}
