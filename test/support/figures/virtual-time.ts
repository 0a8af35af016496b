/** Time that passes only while everybody sleeps. */
export class VirtualTime {
  private readonly sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  constructor(public nowMs: number) {}

  sleep(ms: number): Promise<void> {
    const atMs = this.nowMs + Math.max(0, ms);
    return new Promise((wake) => {
      // In order of time, and of arrival among equals.
      const later = this.sleepers.findIndex((sleeper) => sleeper.atMs > atMs);
      this.sleepers.splice(later === -1 ? this.sleepers.length : later, 0, { atMs, wake });
    });
  }

  /** Runs workers until all of them have ended. */
  async run(workers: readonly Promise<unknown>[]): Promise<void> {
    const ended = Promise.all(workers);
    ended.catch(() => undefined);
    for (;;) {
      // Whoever was woken does what it can do at this time before time passes.
      await new Promise((drained) => setImmediate(drained));
      const next = this.sleepers.shift();
      if (next === undefined) break;
      this.nowMs = next.atMs;
      next.wake();
    }
    await ended;
  }
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
