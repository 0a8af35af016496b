// Work this close together is done in one go, so that bursts cost one timer and not thousands.
const GRAIN_MS = 4;

/**
 * Does things when they are due: any number of them, with one timer between them.
 *
 * Things due at the same time are done in the order they were put in.
 */
export class Scheduler<T> {
  private readonly heap: { dueAtMs: number; order: number; thing: T }[] = [];
  private timer: NodeJS.Timeout | undefined;
  private wakesAtMs = Infinity;
  private puts = 0;

  /** @param act called with each thing and the time it was due; must not throw. */
  constructor(private readonly act: (thing: T, dueAtMs: number) => void) {}

  /** How many things are waiting. */
  get size(): number {
    return this.heap.length;
  }

  /** @param dueAtMs milliseconds since the Unix epoch; what is in the past is done at once. */
  put(dueAtMs: number, thing: T): void {
    this.heap.push({ dueAtMs, order: (this.puts += 1), thing });
    this.rise(this.heap.length - 1);
    this.wakeBy(dueAtMs);
  }

  /** Does everything that waits, and what that adds, now and in order. */
  flush(): void {
    this.actUntil(Infinity);
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.heap.length = 0;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.wakesAtMs = Infinity;
  }

  private wakeBy(atMs: number): void {
    if (this.wakesAtMs <= atMs) return;

    clearTimeout(this.timer);
    this.wakesAtMs = atMs;
    // A timer holds 31 bits of milliseconds; one that fires early finds nothing due and waits on.
    const delayMs = Math.min(Math.max(atMs - Date.now(), 0), 2 ** 31 - 1);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.wakesAtMs = Infinity;
      this.actUntil(Date.now() + GRAIN_MS);
    }, delayMs);
  }

  private actUntil(untilMs: number): void {
    for (let first = this.heap[0]; first && first.dueAtMs <= untilMs; first = this.heap[0]) {
      this.removeFirst();
      this.act(first.thing, first.dueAtMs);
    }
    const next = this.heap[0];
    if (next) this.wakeBy(next.dueAtMs);
    else this.clear();
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;

    this.heap[0] = last;
    this.sink();
  }

  private rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.before(parent, index)) return;
      this.swap(parent, index);
      index = parent;
    }
  }

  private sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      if (left >= this.heap.length) return;
      const child = right < this.heap.length && this.before(right, left) ? right : left;
      if (this.before(index, child)) return;
      this.swap(index, child);
      index = child;
    }
  }

  private before(one: number, other: number): boolean {
    const a = this.heap[one];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return true;
    return a.dueAtMs < b.dueAtMs || (a.dueAtMs === b.dueAtMs && a.order < b.order);
  }

  private swap(one: number, other: number): void {
    const a = this.heap[one];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return;
    this.heap[one] = b;
    this.heap[other] = a;
  }
}
