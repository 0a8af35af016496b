import type { ParkedScope } from '../core/batch/parked-batches';
import type { Notification } from '../core/notification/notification';
import type { StandingChange } from '../core/standing/standing';
import type { StandingDependencies } from './standing-dependencies';

/** Whom a change concerns; goes into its notification and its log line. */
export type Subject = Pick<Notification, 'accountId' | 'campaignId' | 'domain'>;

/** One change a person makes, and what follows from it. */
export interface Act {
  readonly subject: Subject;
  readonly change: StandingChange;
  /** Makes the change. @returns whether anything changed. */
  readonly make: () => Promise<boolean>;
  /** What is told when something changed. */
  readonly notification?: Notification['type'];
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
      ...{ version: 1, type: notification, at: new Date(atMs).toISOString() },
      ...{ ...subject, reason, details: { actor } },
    });
  }
  log.info('changed by a person', { code, ...subject, changed });
  return changed;
}
