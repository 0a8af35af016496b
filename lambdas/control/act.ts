import type { ParkedScope } from '../core/batch/parked-batches';
import type { NotificationWithout } from '../core/notification/notification';
import type { StandingChange } from '../core/standing/standing';
import type { StandingDependencies } from './standing-dependencies';

/** Whom a change concerns, for its log line. */
export interface Subject {
  readonly accountId?: string;
  readonly campaignId?: string;
  readonly domain?: string;
}

/** What is told of a change that a person made, without who made it when and why. */
export type ToldChange = NotificationWithout<
  'version' | 'at' | 'reason' | 'details' | 'batchId',
  | 'campaign.paused'
  | 'campaign.resumed'
  | 'campaign.cancelled'
  | 'account.suspended'
  | 'account.reinstated'
  | 'domain.blocked'
  | 'domain.released'
>;

/** One change a person makes, and what follows from it. */
export interface Act {
  readonly subject: Subject;
  readonly change: StandingChange;
  /** Makes the change. @returns whether anything changed. */
  readonly make: () => Promise<boolean>;
  /** What is told when something changed. */
  readonly notification?: ToldChange;
  /** Payloads that nothing may forbid any more. */
  readonly release?: ParkedScope;
  /** Stable code of the log line. */
  readonly code: string;
}

/**
 * Makes a change, then asks for what it sets free, then tells.
 *
 * @returns whether this call changed anything.
 */
export async function act(
  { releases, notifier, log }: StandingDependencies,
  { subject, change, make, notification, release, code }: Act,
): Promise<boolean> {
  const changed = await make();
  // Also when nothing changed: the call that did may have died before it could ask.
  if (release !== undefined) await releases.request(release);
  if (changed && notification !== undefined) {
    const { reason, actor, atMs } = change;
    await notifier.notify({
      ...{ version: 1, at: new Date(atMs).toISOString() },
      ...{ ...notification, reason, details: { actor } },
    });
  }
  log.info('changed by a person', { code, ...subject, changed });
  return changed;
}
