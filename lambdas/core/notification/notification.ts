/** What happened, for a person or a program that subscribed. Carries ids and counts, no addresses. */
export interface Notification {
  readonly version: 1;
  readonly type:
    | 'campaign.paused'
    | 'campaign.resumed'
    | 'campaign.cancelled'
    | 'campaign.warned'
    | 'campaign.completed'
    | 'account.warned'
    | 'account.suspended'
    | 'account.reinstated'
    | 'breaker.opened'
    | 'breaker.closed'
    | 'domain.held'
    | 'domain.released'
    | 'domain.blocked'
    | 'domain.unhealthy'
    | 'domain.healthy'
    | 'batch.parkedTooLong'
    | 'batch.deadLettered'
    | 'event.deadLettered'
    | 'batch.inDoubt'
    | 'reconciliation.repaired'
    | 'reconciliation.unreadable'
    | 'suppression.removed'
    | 'suppressions.syncFailed'
    | 'webhook.refused';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly accountId?: string;
  readonly campaignId?: string;
  readonly batchId?: string;
  readonly domain?: string;
  readonly reason?: string;
  /** Numbers and times that explain it, such as `until` or `recipients`. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Tells the world. Implemented in `adapters/sns`.
 *
 * Never rejects: a notification that can't be sent is logged and counted, and the work that caused
 * it goes on.
 */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}
