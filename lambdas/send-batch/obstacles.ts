import type { ParkCause } from '../core/batch/parked-batches';
import type { Standings } from '../core/standing/standing';
import { whatForbids } from '../core/standing/what-forbids';

/** What keeps a batch from being sent. */
export type Obstacle =
  /** Only a person or a check takes it away: the payload is set aside. */
  | { readonly obstacle: 'park'; readonly cause: ParkCause }
  /** It passes by itself; milliseconds since the Unix epoch, UTC. */
  | { readonly obstacle: 'hold'; readonly untilMs: number }
  /** Nothing of the batch is to be sent any more. */
  | { readonly obstacle: 'cancelled' };

/** @returns the first obstacle, `undefined` where a call may be made. */
export function findObstacle(standings: Standings, nowMs: number): Obstacle | undefined {
  if (standings.campaign.standing === 'cancelled') return { obstacle: 'cancelled' };
  const cause = whatForbids(standings, undefined, nowMs);
  if (cause !== undefined) return { obstacle: 'park', cause };

  const { heldUntilMs } = standings.domain;
  if (heldUntilMs === undefined || heldUntilMs <= nowMs) return undefined;
  return { obstacle: 'hold', untilMs: heldUntilMs };
}
