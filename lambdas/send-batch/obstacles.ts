import type { ParkCause } from '../core/batch/parked-batches';
import type { Standings } from '../core/standing/standing';

/** What keeps a batch from being sent. */
export type Obstacle =
  /** Only a person or a check takes it away: the payload is set aside. */
  | { readonly obstacle: 'park'; readonly cause: Exclude<ParkCause, 'aged'> }
  /** It passes by itself; milliseconds since the Unix epoch, UTC. */
  | { readonly obstacle: 'hold'; readonly untilMs: number }
  /** Nothing of the batch is to be sent any more. */
  | { readonly obstacle: 'cancelled' };

/** @returns the first obstacle, `undefined` where a call may be made. */
export function findObstacle(
  { campaign, account, domain }: Standings,
  nowMs: number,
): Obstacle | undefined {
  if (campaign.standing === 'cancelled') return { obstacle: 'cancelled' };
  if (campaign.standing === 'paused') return { obstacle: 'park', cause: 'campaign-paused' };
  if (account.standing !== 'active') return { obstacle: 'park', cause: 'account-suspended' };
  if (domain.standing !== 'active') return { obstacle: 'park', cause: 'domain-blocked' };

  const { heldUntilMs } = domain;
  if (heldUntilMs === undefined || heldUntilMs <= nowMs) return undefined;
  return { obstacle: 'hold', untilMs: heldUntilMs };
}
