import type { AccountLog } from '../../lambdas/core/guard/account-log';
import { countsBy, NO_COUNTS } from '../../lambdas/core/guard/counts';

const NOW_MS = Date.parse('2026-12-01T12:00:00Z');
const A_DAY_MS = 86_400_000;

let accounts = 0;

/** Campaigns of an account that no other test uses. */
const anAccount = () => {
  accounts += 1;
  const accountId = `acme-${accounts}`;
  return { accountId, campaign: (campaignId: string) => ({ accountId, campaignId }) };
};

const some = countsBy((kind) => ({ events: kind === 'bounce' ? 3 : 1, of: 100 }));

/** What every `AccountLog` promises. */
export function describeAccountLog(
  name: string,
  create: (clock: () => number) => Promise<AccountLog>,
): void {
  describe(`account log: ${name}`, () => {
    let log: AccountLog;

    beforeAll(async () => {
      log = await create(() => NOW_MS);
    });

    it('knows nothing of an account nobody logged', async () => {
      const { accountId } = anAccount();

      expect(await log.counts(accountId)).toEqual([]);
      expect(await log.pauses(accountId, 0)).toEqual([]);
    });

    it('keeps the last counts of each campaign, accounts apart', async () => {
      const { accountId, campaign } = anAccount();
      await log.noteCounts(campaign('a'), NO_COUNTS, NOW_MS - 2);
      await log.noteCounts(campaign('a'), some, NOW_MS - 1);
      await log.noteCounts(campaign('b'), NO_COUNTS, NOW_MS);
      await log.noteCounts({ accountId: `${accountId}-2`, campaignId: 'c' }, some, NOW_MS);

      const counts = await log.counts(accountId);

      expect([...counts].sort((a, b) => (a.campaignId < b.campaignId ? -1 : 1))).toEqual([
        { campaignId: 'a', counts: some, asOfMs: NOW_MS - 1 },
        { campaignId: 'b', counts: NO_COUNTS, asOfMs: NOW_MS },
      ]);
    });

    it('leaves out counts that are older than a day', async () => {
      const { accountId, campaign } = anAccount();
      await log.noteCounts(campaign('old'), some, NOW_MS - A_DAY_MS);
      await log.noteCounts(campaign('young'), some, NOW_MS - A_DAY_MS + 1);

      expect((await log.counts(accountId)).map(({ campaignId }) => campaignId)).toEqual(['young']);
    });

    it('counts a pause once however often it is noted, and two of a campaign twice', async () => {
      const { accountId, campaign } = anAccount();
      for (const atMs of [NOW_MS - 5, NOW_MS - 9, NOW_MS - 5]) {
        await log.notePause(campaign('a'), atMs);
      }

      expect(await log.pauses(accountId, 0)).toEqual([
        { campaignId: 'a', atMs: NOW_MS - 9 },
        { campaignId: 'a', atMs: NOW_MS - 5 },
      ]);
    });

    it('names pauses in their order, those after a time', async () => {
      const { accountId, campaign } = anAccount();
      await log.notePause(campaign('b'), NOW_MS - 1);
      await log.notePause(campaign('a'), NOW_MS);
      await log.notePause(campaign('c'), NOW_MS - 2);

      expect(await log.pauses(accountId, NOW_MS - 2)).toEqual([
        { campaignId: 'b', atMs: NOW_MS - 1 },
        { campaignId: 'a', atMs: NOW_MS },
      ]);
    });
  });
}
