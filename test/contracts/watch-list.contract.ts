import { WATCHED_FOR_MS, type WatchList } from '../../lambdas/core/guard/watch-list';

const NOW_MS = Date.parse('2026-12-01T12:00:00Z');

const [first, second, third] = [
  { accountId: 'acme', campaignId: 'autumn' },
  { accountId: 'acme', campaignId: 'spring' },
  { accountId: 'zeta', campaignId: 'autumn' },
] as const;

/** What every `WatchList` promises. */
export function describeWatchList(name: string, create: () => Promise<WatchList>): void {
  describe(`watch list: ${name}`, () => {
    let list: WatchList;

    beforeEach(async () => {
      list = await create();
    });

    it('is empty at first', async () => {
      expect(await list.list(NOW_MS)).toEqual([]);
    });

    it('lists campaigns once, in the order of their keys', async () => {
      for (const campaign of [third, first, second, first]) await list.note(campaign, NOW_MS);

      expect(await list.list(NOW_MS)).toEqual([first, second, third]);
    });

    it('goes on behind a campaign', async () => {
      for (const campaign of [first, second, third]) await list.note(campaign, NOW_MS);

      expect(await list.list(NOW_MS, first)).toEqual([second, third]);
      expect(await list.list(NOW_MS, third)).toEqual([]);
    });

    it('forgets a campaign some time after it was noted last', async () => {
      await list.note(first, NOW_MS);
      await list.note(second, NOW_MS);
      await list.note(second, NOW_MS + 1_000);

      expect(await list.list(NOW_MS + WATCHED_FOR_MS - 1)).toEqual([first, second]);
      expect(await list.list(NOW_MS + WATCHED_FOR_MS)).toEqual([second]);
    });
  });
}
