import type { Clock } from '../../core/clock';

/** How long new items of a table adapter are kept. */
export interface Expiry {
  readonly timeToLiveSeconds: number;
  readonly clock: Clock;
}

/** For an adapter that only reads. */
export const NO_EXPIRY: Expiry = { timeToLiveSeconds: 0, clock: Date.now };

/** @returns the `ttl` of an item written at a time: seconds since the Unix epoch, UTC. */
export function ttlAt(atMs: number, timeToLiveSeconds: number): number {
  return Math.ceil(atMs / 1000) + timeToLiveSeconds;
}
