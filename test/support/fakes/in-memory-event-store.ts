import type { EventStore, RecordedEvent } from '../../../lambdas/core/delivery-event/event-store';

/** `EventStore` in memory. */
export class InMemoryEventStore implements EventStore {
  readonly rows = new Map<string, RecordedEvent>();
  /** Set it to make writes of these tokens reject. */
  failing = new Set<string>();

  put(event: RecordedEvent): Promise<'stored' | 'known' | 'other-body'> {
    if (this.failing.has(event.token)) return Promise.reject(new Error('events are down'));

    const { owner } = event;
    const { accountId, campaignId, batchId } =
      owner.kind === 'ours'
        ? owner.submission
        : { accountId: 'foreign', campaignId: owner.domain, batchId: '' };
    const name = [accountId, campaignId, batchId, event.token].join('/');
    const before = this.rows.get(name);
    if (before !== undefined && !Buffer.from(before.bodyDigest).equals(event.bodyDigest)) {
      return Promise.resolve('other-body');
    }
    this.rows.set(name, event);
    const isKnown = before !== undefined && before.receivedAtMs !== event.receivedAtMs;
    return Promise.resolve(isKnown ? 'known' : 'stored');
  }
}
