import type { BreakerRecord } from '../breaker/breaker';
import type { AllowanceRecord } from '../governor/governor';
import type { DomainRecord } from './standing';

/** What keeps a domain from sending now. */
export interface KeptBack {
  /** Until a person or a check unblocks it. */
  readonly blocked: boolean;
  /** By Mailgun's limits. */
  readonly held: boolean;
  /** Mailgun can't be reached, and is not tried at the moment. */
  readonly breakerOpen: boolean;
  /** Our own limit of the day. */
  readonly budgetUsedUp: boolean;
}

/** What is known of a domain. */
export interface DomainState {
  readonly domain: DomainRecord;
  readonly breaker: Pick<BreakerRecord, 'state'>;
  /** `undefined` where it has no budget. */
  readonly allowance: Pick<AllowanceRecord, 'usedToday' | 'budgetToday'> | undefined;
}

/**
 * Says what keeps a domain back at a time.
 *
 * A breaker whose cool-down has passed keeps nobody back: the next call tries Mailgun, and none may come for days.
 *
 * @param nowMs milliseconds since the Unix epoch, UTC.
 * @returns `undefined` where nothing does.
 */
export function whatKeepsBack(
  { domain, breaker, allowance }: DomainState,
  nowMs: number,
): KeptBack | undefined {
  const { standing, heldUntilMs = 0 } = domain;
  const { usedToday = 0, budgetToday = Infinity } = allowance ?? {};
  const keptBack = {
    blocked: standing === 'blocked',
    held: heldUntilMs > nowMs,
    breakerOpen: breaker.state === 'open',
    budgetUsedUp: usedToday >= budgetToday,
  };
  return Object.values(keptBack).includes(true) ? keptBack : undefined;
}
