import type { Notification, Notifier } from '../../lambdas/core/notification/notification';
import { aNotification } from '../support/builders/notifications';

/** A notifier, and what reached those who subscribed to it. */
export interface TellingNotifier {
  readonly notifier: Notifier;
  /** Everything told so far, in no particular order. */
  told(): Promise<readonly Notification[]>;
}

/** What every `Notifier` promises. */
export function describeNotifier(name: string, create: () => Promise<TellingNotifier>): void {
  describe(`notifier: ${name}`, () => {
    let telling: TellingNotifier;

    beforeEach(async () => {
      telling = await create();
    });

    it('tells what it was given, no more and no less', async () => {
      const full: Notification = {
        ...{ version: 1, type: 'campaign.paused', at: '2026-02-03T19:20:32.000Z' },
        ...{ accountId: 'acme', campaignId: 'spring-sale', reason: 'too many bounces' },
        details: { window: 'short', bounces: 30, first: true },
      };

      await telling.notifier.notify(full);
      await telling.notifier.notify(aNotification());

      const told = await telling.told();
      expect(told).toHaveLength(2);
      expect(told).toEqual(expect.arrayContaining([full, aNotification()]));
    });

    it('tells a reason of any characters: it may quote a provider', async () => {
      const reason = 'Grüße "<&>" \u{1f331} \u0000 \u000b \ud800 \ufffe \uffff \n';

      await telling.notifier.notify(aNotification({ reason }));

      expect(await telling.told()).toEqual([aNotification({ reason })]);
    });

    it('tells nothing by itself', async () => {
      expect(await telling.told()).toEqual([]);
    });
  });
}
