import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lambdas/core/clock';
import type { Controls } from '../../lambdas/core/standing/standing';

const change = { reason: 'the content was refused', actor: 'send-batch', atMs: 1_700_000_000_000 };
const A_DAY_MS = 86_400_000;
const aCampaign = () => ({ accountId: 'acme', campaignId: randomUUID() });
const aDomain = () => `${randomUUID()}.example.com`;

/** What every implementation of `Controls` keeps. Each test uses keys of its own. */
export function describeControls(name: string, create: (clock: Clock) => Promise<Controls>): void {
  describe(`Controls: ${name}`, () => {
    let controls: Controls;
    let nowMs = change.atMs;

    beforeAll(async () => {
      controls = await create(() => nowMs);
    });

    it('finds everything active while nobody acted', async () => {
      expect(await controls.standings(aCampaign(), aDomain())).toEqual({
        campaign: { standing: 'active' },
        account: { standing: 'active' },
        domain: { standing: 'active' },
      });
    });

    it('pauses an active campaign once', async () => {
      const campaign = aCampaign();

      expect(await controls.pauseCampaign(campaign, change)).toBe(true);
      expect(await controls.pauseCampaign(campaign, change)).toBe(false);

      expect(await controls.campaign(campaign)).toEqual({
        standing: 'paused',
        reason: change.reason,
        sinceMs: change.atMs,
      });
    });

    it('keeps the reason of the first pause', async () => {
      const campaign = aCampaign();
      await controls.pauseCampaign(campaign, change);

      await controls.pauseCampaign(campaign, { ...change, reason: 'another' });

      expect((await controls.campaign(campaign)).reason).toBe(change.reason);
    });

    it('lets one of many concurrent pauses win', async () => {
      const campaign = aCampaign();

      const wins = await Promise.all(
        Array.from({ length: 10 }, () => controls.pauseCampaign(campaign, change)),
      );

      expect(wins.filter(Boolean)).toHaveLength(1);
    });

    it('resumes a paused campaign once, and forgets why it was paused', async () => {
      const campaign = aCampaign();
      await controls.pauseCampaign(campaign, change);
      const resumed = { reason: 'fixed', actor: 'ops', atMs: change.atMs + 1 };

      expect(await controls.resumeCampaign(campaign, resumed)).toBe(true);
      expect(await controls.resumeCampaign(campaign, resumed)).toBe(false);

      expect(await controls.campaign(campaign)).toEqual({
        standing: 'active',
        sinceMs: resumed.atMs,
      });
    });

    it('changes nothing by resuming a campaign nobody paused', async () => {
      const campaign = aCampaign();

      expect(await controls.resumeCampaign(campaign, change)).toBe(false);
      expect(await controls.campaign(campaign)).toEqual({ standing: 'active' });
    });

    it('pauses again after a resume', async () => {
      const campaign = aCampaign();
      await controls.pauseCampaign(campaign, change);
      await controls.resumeCampaign(campaign, change);

      expect(await controls.pauseCampaign(campaign, change)).toBe(true);
    });

    it('describes a campaign, and keeps what was stored first', async () => {
      const campaign = aCampaign();

      await controls.describeCampaign(campaign, { name: 'Spring sale' });
      await controls.describeCampaign(campaign, { name: 'Other', expectedRecipients: 10_000 });

      expect(await controls.campaign(campaign)).toEqual({
        standing: 'active',
        name: 'Spring sale',
        expectedRecipients: 10_000,
      });
    });

    it('stores nothing for an empty description', async () => {
      const campaign = aCampaign();

      await controls.describeCampaign(campaign, { name: undefined });

      expect(await controls.campaign(campaign)).toEqual({ standing: 'active' });
    });

    it('keeps the description of a campaign that is paused, and the pause of one that is described', async () => {
      const campaign = aCampaign();
      await controls.describeCampaign(campaign, { name: 'Spring sale' });
      await controls.pauseCampaign(campaign, change);
      await controls.describeCampaign(campaign, { expectedRecipients: 5 });

      expect(await controls.campaign(campaign)).toMatchObject({
        standing: 'paused',
        name: 'Spring sale',
        expectedRecipients: 5,
      });
    });

    it('blocks a domain once, until it is unblocked', async () => {
      const domain = aDomain();

      expect(await controls.blockDomain(domain, change)).toBe(true);
      expect(await controls.blockDomain(domain, change)).toBe(false);
      expect(await controls.domain(domain)).toEqual({
        standing: 'blocked',
        reason: change.reason,
      });

      expect(await controls.unblockDomain(domain, change)).toBe(true);
      expect(await controls.unblockDomain(domain, change)).toBe(false);
      expect(await controls.domain(domain)).toEqual({ standing: 'active' });
    });

    it('moves a hold to a later time only', async () => {
      const domain = aDomain();
      const hold = { reason: '429', atMs: 1000 };

      expect(await controls.holdDomain(domain, { ...hold, untilMs: 5000 })).toBe(true);
      expect(await controls.holdDomain(domain, { ...hold, untilMs: 5000 })).toBe(false);
      expect(await controls.holdDomain(domain, { ...hold, untilMs: 4000 })).toBe(false);
      expect(await controls.holdDomain(domain, { ...hold, untilMs: 6000 })).toBe(true);

      expect(await controls.domain(domain)).toEqual({ standing: 'active', heldUntilMs: 6000 });
    });

    it('keeps the smallest cap a domain was given', async () => {
      const domain = aDomain();

      for (const cap of [500, 250, 400]) await controls.capRecipients(domain, cap);

      expect((await controls.domain(domain)).recipientCap).toBe(250);
    });

    it('forgets a cap after a day, so that a domain may grow', async () => {
      const domain = aDomain();
      await controls.capRecipients(domain, 250);

      nowMs += A_DAY_MS - 1000;
      expect((await controls.domain(domain)).recipientCap).toBe(250);

      nowMs += 1000;
      expect((await controls.domain(domain)).recipientCap).toBeUndefined();

      await controls.capRecipients(domain, 500);
      expect((await controls.domain(domain)).recipientCap).toBe(500);
    });

    it('remembers a cap for longer when it is met again', async () => {
      const domain = aDomain();
      await controls.capRecipients(domain, 250);

      nowMs += A_DAY_MS - 1000;
      await controls.capRecipients(domain, 250);
      nowMs += A_DAY_MS - 1000;

      expect((await controls.domain(domain)).recipientCap).toBe(250);
    });

    it('tells everything about one batch in one reading', async () => {
      const campaign = aCampaign();
      const domain = aDomain();
      await controls.pauseCampaign(campaign, change);
      await controls.blockDomain(domain, change);
      await controls.holdDomain(domain, { untilMs: 5000, reason: '429', atMs: 1000 });
      await controls.capRecipients(domain, 100);

      expect(await controls.standings(campaign, domain)).toEqual({
        campaign: { standing: 'paused', reason: change.reason, sinceMs: change.atMs },
        account: { standing: 'active' },
        domain: {
          standing: 'blocked',
          reason: change.reason,
          heldUntilMs: 5000,
          recipientCap: 100,
        },
      });
    });

    it('keeps campaigns of the same id in different accounts apart', async () => {
      const campaign = aCampaign();
      await controls.pauseCampaign(campaign, change);

      expect((await controls.campaign({ ...campaign, accountId: 'other' })).standing).toBe(
        'active',
      );
    });
  });
}
