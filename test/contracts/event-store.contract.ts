import type { EventStore } from '../../lambdas/core/delivery-event/event-store';
import { aRecordedEvent } from '../support/builders/recorded-events';

/** What every `EventStore` promises. */
export function describeEventStore(name: string, create: () => Promise<EventStore>): void {
  describe(`event store: ${name}`, () => {
    let events: EventStore;

    beforeAll(async () => {
      events = await create();
    });

    it('stores an event, and knows the same event again', async () => {
      const event = aRecordedEvent({ token: 'twice' });

      expect(await events.put(event)).toBe('stored');
      // The same call again: a write that was repeated.
      expect(await events.put(event)).toBe('stored');
      expect(await events.put({ ...event, receivedAtMs: 1770150032000 })).toBe('known');
    });

    it('refuses another body under the same token, however often', async () => {
      const event = aRecordedEvent({ token: 'replayed' });
      const replay = { ...event, bodyDigest: Buffer.alloc(16, 2) };

      await events.put(event);

      expect(await events.put(replay)).toBe('other-body');
      expect(await events.put(replay)).toBe('other-body');
      expect(await events.put(event)).toBe('stored');
    });

    it('lets one of two bodies win when both come at once', async () => {
      const event = aRecordedEvent({ token: 'race' });
      const rival = { ...event, bodyDigest: Buffer.alloc(16, 2) };

      const outcomes = await Promise.all([events.put(event), events.put(rival)]);

      expect([...outcomes].sort()).toEqual(['other-body', 'stored']);
    });

    it('stores mail that is not ours under its domain', async () => {
      const event = aRecordedEvent({
        token: 'foreign',
        owner: { kind: 'foreign', domain: 'mg.example.com' },
      });

      expect(await events.put(event)).toBe('stored');
      expect(await events.put({ ...event, bodyDigest: Buffer.alloc(16, 2) })).toBe('other-body');
    });
  });
}
