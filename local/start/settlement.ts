import { setTimeout as sleep } from 'node:timers/promises';

/** What a look at the running campaign shows. */
export interface Look {
  /** Whether everything agrees, and nothing is on its way. */
  readonly settled: boolean;
  /** Changes whenever anything does. */
  readonly state: string;
}

/** How a campaign came to rest. */
export type Settlement =
  | { readonly settled: true }
  /** Nothing has changed for a while, and it still does not agree. */
  | { readonly settled: false; readonly stillForMs: number };

/** How patient the waiting is; milliseconds. */
export interface Patience {
  /** Shortest pause between looks. */
  readonly pauseMs: number;
  /** How long nothing may change. */
  readonly stillMs: number;
}

/**
 * Looks again and again until a campaign is settled, or nothing has moved for so long that it
 * never will be. However long a campaign takes, it is waited for as long as it moves.
 *
 * A look that takes long is followed by a longer pause, so that looking is never most of the work.
 */
export async function settlement(
  look: () => Promise<Look>,
  { pauseMs, stillMs }: Patience,
  signal: AbortSignal,
): Promise<Settlement> {
  let last: { readonly state: string; readonly atMs: number } | undefined;
  for (;;) {
    signal.throwIfAborted();
    const beganMs = performance.now();
    const { settled, state } = await look();
    if (settled) return { settled: true };

    const nowMs = performance.now();
    if (last?.state !== state) last = { state, atMs: nowMs };
    if (nowMs - last.atMs >= stillMs) return { settled: false, stillForMs: nowMs - last.atMs };
    await sleep(Math.max(pauseMs, 3 * (nowMs - beganMs)), undefined, { signal });
  }
}
