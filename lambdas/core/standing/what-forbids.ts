import type { ParkCause } from '../batch/parked-batches';
import type { Standings } from './standing';

/**
 * Decides what keeps a parked batch parked.
 *
 * A cancelled campaign forbids nothing: its batches go on to be closed. Neither does a hold of the
 * domain, which a queue waits out, except for what waited in a queue for too long already.
 *
 * @param cause why it was parked; `undefined` where it is not known yet.
 * @param nowMs milliseconds since the Unix epoch, UTC.
 * @returns the first obstacle, `undefined` for none.
 */
export function whatForbids(
  { campaign, account, domain }: Standings,
  cause: ParkCause | undefined,
  nowMs: number,
): ParkCause | undefined {
  if (campaign.standing === 'cancelled') return undefined;
  if (campaign.standing === 'paused') return 'campaign-paused';
  if (account.standing === 'suspended') return 'account-suspended';
  if (domain.standing === 'blocked') return 'domain-blocked';
  return cause === 'aged' && (domain.heldUntilMs ?? 0) > nowMs ? 'aged' : undefined;
}
