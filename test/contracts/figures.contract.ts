import { newReading } from '../../lambdas/core/report/campaign-figures';
import type { FiguresStore } from '../../lambdas/core/report/figures-store';

const NOW_MS = 1_770_146_432_000;
const lease = (token: string, nowMs = NOW_MS) => ({ token, nowMs, untilMs: nowMs + 30_000 });
const reading = (asOfMs: number) => ({ ...newReading(asOfMs), tookMs: 9_000, done: [0, 3] });
let campaigns = 0;
const aCampaign = () => ({ accountId: 'acme', campaignId: `figures-${(campaigns += 1)}` });

/** What every `FiguresStore` promises. */
export function describeFigures(name: string, create: () => Promise<FiguresStore>): void {
  describe(`figures: ${name}`, () => {
    let figures: FiguresStore;

    beforeAll(async () => {
      figures = await create();
    });

    it('knows nothing of a campaign nobody stored figures of', async () => {
      expect(await figures.read(aCampaign())).toEqual({});
    });

    it('lets one hold the lease until it is given back or over', async () => {
      const campaign = aCampaign();

      expect(await figures.claim(campaign, lease('a'))).toBe(true);
      expect(await figures.claim(campaign, lease('b'))).toBe(false);
      expect(await figures.claim(campaign, lease('a', NOW_MS + 10_000))).toBe(true);
      expect(await figures.claim(campaign, lease('b', NOW_MS + 35_000))).toBe(false);
      expect(await figures.claim(campaign, lease('b', NOW_MS + 41_000))).toBe(true);
      await figures.save(campaign, lease('b', NOW_MS + 42_000), {});
      expect(await figures.claim(campaign, lease('c', NOW_MS + 42_001))).toBe(true);
    });

    it('keeps what is unfinished beside the latest, until the next is complete', async () => {
      const campaign = aCampaign();

      await figures.save(campaign, lease('a'), { latest: reading(1) });
      expect(await figures.read(campaign)).toEqual({ latest: reading(1) });
      await figures.save(campaign, lease('a'), { unfinished: reading(2) });
      expect(await figures.read(campaign)).toEqual({ latest: reading(1), unfinished: reading(2) });
      await figures.save(campaign, lease('a'), { latest: reading(2) });
      expect(await figures.read(campaign)).toEqual({ latest: reading(2) });
    });

    it('stores nothing of a reader whose lease another has by now', async () => {
      const campaign = aCampaign();

      await figures.claim(campaign, lease('a'));
      await figures.claim(campaign, lease('b', NOW_MS + 31_000));
      await figures.save(campaign, lease('a', NOW_MS + 32_000), { latest: reading(1) });

      expect(await figures.read(campaign)).toEqual({});
    });

    it('keeps campaigns apart', async () => {
      const campaign = aCampaign();

      await figures.save(campaign, lease('a'), { latest: reading(1) });

      expect(await figures.read({ ...campaign, accountId: 'acme-2' })).toEqual({});
    });
  });
}
