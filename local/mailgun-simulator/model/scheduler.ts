// Work this close together is done in one go, so that bursts cost one timer and not thousands.
const GRAIN_MS = 4;

/**
 * Does things when they are due: any number of them, with one timer between them.
 *
 * Things due at the same time are done in the order they were put in.
 */
export class Scheduler<T> {
  // A binary heap in three columns: of numbers that wait, each takes 24 bytes and no object.
  private readonly dues: number[] = [];
  private readonly orders: number[] = [];
  private readonly things: T[] = [];
  private timer: NodeJS.Timeout | undefined;
  private wakesAtMs = Infinity;
  private puts = 0;

  /** @param act called with each thing and the time it was due; must not throw. */
  constructor(private readonly act: (thing: T, dueAtMs: number) => void) {}

  /** How many things are waiting. */
  get size(): number {
    return this.dues.length;
  }

  /** @param dueAtMs milliseconds since the Unix epoch; what is in the past is done at once. */
  put(dueAtMs: number, thing: T): void {
    this.dues.push(dueAtMs);
    this.orders.push((this.puts += 1));
    this.things.push(thing);
    this.rise(this.size - 1);
    this.wakeBy(dueAtMs);
  }

  /** Does everything that waits, and what that adds, now and in order. */
  flush(): void {
    this.actUntil(Infinity);
  }

  /** Forgets everything that waits. */
  clear(): void {
    this.dues.length = 0;
    this.orders.length = 0;
    this.things.length = 0;
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
    for (let due = this.dues[0]; due !== undefined && due <= untilMs; due = this.dues[0]) {
      // Read before it is removed: a thing may be anything, `undefined` too.
      const thing = this.things[0] as T;
      this.removeFirst();
      this.act(thing, due);
    }
    const [next] = this.dues;
    if (next === undefined) this.clear();
    else this.wakeBy(next);
  }

  private removeFirst(): void {
    const last = this.size - 1;
    this.swap(0, last);
    this.dues.pop();
    this.orders.pop();
    this.things.pop();
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
      if (left >= this.size) return;
      const child = right < this.size && this.before(right, left) ? right : left;
      if (this.before(index, child)) return;
      this.swap(index, child);
      index = child;
    }
  }

  private before(one: number, other: number): boolean {
    const a = this.dues[one] ?? Infinity;
    const b = this.dues[other] ?? Infinity;
    return a < b || (a === b && (this.orders[one] ?? 0) < (this.orders[other] ?? 0));
  }

  private swap(one: number, other: number): void {
    swapIn(this.dues, one, other);
    swapIn(this.orders, one, other);
    swapIn(this.things, one, other);
  }
}

function swapIn(column: unknown[], one: number, other: number): void {
  const held = column[one];
  column[one] = column[other];
  column[other] = held;
}
