import { createHash } from 'node:crypto';
import type { Suppression, SuppressionList } from '../../lambdas/core/suppression/suppression';

const aRecipient = (name: string): Buffer =>
  createHash('sha256').update(name).digest().subarray(0, 16);

const aSuppression = (fields: Partial<Suppression> = {}): Suppression => ({
  domain: 'mg.example.com',
  recipient: aRecipient('ada'),
  reason: 'bounce',
  cause: 'webhook:bounced',
  observedAtMs: 1770146431658,
  ...fields,
});

/** What every `SuppressionList` promises. */
export function describeSuppressionList(
  name: string,
  create: () => Promise<SuppressionList>,
): void {
  describe(`suppression list: ${name}`, () => {
    let list: SuppressionList;

    beforeEach(async () => {
      list = await create();
    });

    it('names the suppressed ones by their index, among any number', async () => {
      const recipients = Array.from({ length: 250 }, (_, index) => aRecipient(`r${index}`));
      for (const index of [0, 99, 100, 249]) {
        await list.add(aSuppression({ recipient: aRecipient(`r${index}`) }));
      }

      const suppressed = await list.suppressedAmong('mg.example.com', recipients, []);

      expect([...suppressed].sort((a, b) => a - b)).toEqual([0, 99, 100, 249]);
    });

    it('names every index of a recipient that is asked about twice', async () => {
      await list.add(aSuppression());

      const suppressed = await list.suppressedAmong(
        'mg.example.com',
        [aRecipient('ada'), aRecipient('bob'), aRecipient('ada')],
        [],
      );

      expect([...suppressed]).toEqual([0, 2]);
    });

    it('has nothing to say about nobody, or about another domain', async () => {
      await list.add(aSuppression());

      expect((await list.suppressedAmong('mg.example.com', [], [])).size).toBe(0);
      expect((await list.suppressedAmong('mg.example.org', [aRecipient('ada')], [])).size).toBe(0);
    });

    it('limits a tag-scoped suppression to messages with one of its tags, in any case', async () => {
      await list.add(aSuppression({ reason: 'unsubscribe', tags: ['Promo', 'news'] }));
      const ada = [aRecipient('ada')];

      expect((await list.suppressedAmong('mg.example.com', ada, ['receipts'])).size).toBe(0);
      expect((await list.suppressedAmong('mg.example.com', ada, [])).size).toBe(0);
      expect((await list.suppressedAmong('mg.example.com', ada, ['receipts', 'pROMO'])).size).toBe(
        1,
      );
    });

    it('unites the tags of several tag-scoped suppressions', async () => {
      await list.add(aSuppression({ reason: 'unsubscribe', tags: ['promo'] }));
      await list.add(aSuppression({ reason: 'unsubscribe', tags: ['news', 'promo'] }));

      expect((await list.find('mg.example.com', aRecipient('ada')))?.tags).toEqual([
        'news',
        'promo',
      ]);
    });

    it('widens to every message, and never narrows again', async () => {
      const scoped = aSuppression({ reason: 'unsubscribe', cause: 'a', tags: ['promo'] });
      const complaint = aSuppression({ reason: 'complaint', cause: 'b', observedAtMs: 2 });

      await list.add(scoped);
      await list.add(complaint);
      await list.add(scoped);

      expect(await list.find('mg.example.com', aRecipient('ada'))).toEqual(complaint);
    });

    it('takes an empty list of tags for every message', async () => {
      await list.add(aSuppression({ reason: 'unsubscribe', tags: [] }));

      expect((await list.find('mg.example.com', aRecipient('ada')))?.tags).toBeUndefined();
    });

    it('names the cause that happened first, whatever was told first', async () => {
      const earlier = aSuppression({
        ...{ reason: 'complaint', cause: 'webhook:complained', observedAtMs: 99 },
      });

      await list.add(aSuppression());
      await list.add(earlier);
      await list.add(aSuppression());

      expect(await list.find('mg.example.com', aRecipient('ada'))).toEqual(earlier);
    });

    it('finds nothing of a recipient that may be mailed', async () => {
      expect(await list.find('mg.example.com', aRecipient('bob'))).toBeUndefined();
    });
  });
}
