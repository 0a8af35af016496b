import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lambdas/core/clock';
import type { Controls } from '../../lambdas/core/standing/standing';

const change = { reason: 'the content was refused', actor: 'send-batch', atMs: 1_700_000_000_000 };
const AN_HOUR_MS = 3_600_000;
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

    it('unblocks what one actor blocked, and nothing that another did', async () => {
      const controls = await create(Date.now);
      const by = (actor: string) => ({ reason: 'r', actor, atMs: 1 });
      await controls.blockDomain('mg.example.com', by('ops'));

      expect(await controls.unblockDomain('mg.example.com', by('check'), 'check')).toBe(false);
      expect(await controls.unblockDomain('mg.example.com', by('check'), 'ops')).toBe(true);
      expect(await controls.unblockDomain('mg.example.com', by('check'), 'ops')).toBe(false);
      expect(await controls.domain('mg.example.com')).toEqual({ standing: 'active' });
    });

    it('moves a hold to a later time only', async () => {
      const domain = aDomain();
      const hold = { reason: '429', atMs: 1000, notified: false };

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

    it('tells of a hold that people were told of, also when it moved since, and ends it once', async () => {
      const domain = aDomain();
      const hold = { reason: '420', atMs: 1000 };
      await controls.holdDomain(domain, { ...hold, untilMs: 5000, notified: true });
      await controls.holdDomain(domain, { ...hold, untilMs: 6000, notified: false });

      expect(await controls.domain(domain)).toMatchObject({
        heldUntilMs: 6000,
        holdNotified: true,
      });
      expect(await controls.releaseHold(domain, 5000)).toBe(false);
      const ends = await Promise.all(
        Array.from({ length: 10 }, () => controls.releaseHold(domain, 6000)),
      );

      expect(ends.filter(Boolean)).toHaveLength(1);
      expect((await controls.domain(domain)).holdNotified).toBeUndefined();
    });

    it('ends no hold nobody was told of, and none that is not there', async () => {
      const domain = aDomain();
      expect(await controls.releaseHold(domain, 5000)).toBe(false);

      const hold = { reason: '429', atMs: 1000, untilMs: 5000, notified: false };
      await controls.holdDomain(domain, hold);

      expect(await controls.releaseHold(domain, 5000)).toBe(false);
    });

    it('lets a cap grow back until it limits nothing', async () => {
      const domain = aDomain();
      await controls.capRecipients(domain, 250);

      nowMs += 6 * AN_HOUR_MS - 1000;
      expect((await controls.domain(domain)).recipientCap).toBe(250);
      nowMs += 1000;
      expect((await controls.domain(domain)).recipientCap).toBe(500);
      nowMs += 6 * AN_HOUR_MS;
      expect((await controls.domain(domain)).recipientCap).toBeUndefined();

      await controls.capRecipients(domain, 500);
      expect((await controls.domain(domain)).recipientCap).toBe(500);
    });

    it('sets a cap anew that is met again after it grew', async () => {
      const domain = aDomain();
      await controls.capRecipients(domain, 100);
      nowMs += 6 * AN_HOUR_MS;

      await controls.capRecipients(domain, 400);
      expect((await controls.domain(domain)).recipientCap).toBe(200);
      await controls.capRecipients(domain, 100);

      expect((await controls.domain(domain)).recipientCap).toBe(100);
    });

    it('keeps the smallest of caps that many workers meet at once', async () => {
      const domain = aDomain();

      await Promise.all([64, 32, 16, 8, 128, 8].map((cap) => controls.capRecipients(domain, cap)));

      expect((await controls.domain(domain)).recipientCap).toBe(8);
    });

    it.each(['active', 'paused'])('cancels a campaign that is %s, for good', async (standing) => {
      const campaign = aCampaign();
      if (standing === 'paused') await controls.pauseCampaign(campaign, change);

      expect(await controls.cancelCampaign(campaign, change)).toBe(true);
      expect(await controls.cancelCampaign(campaign, change)).toBe(false);
      expect(await controls.resumeCampaign(campaign, change)).toBe(false);
      expect(await controls.pauseCampaign(campaign, change)).toBe(false);

      expect((await controls.campaign(campaign)).standing).toBe('cancelled');
    });

    it('suspends an account once, until it is reinstated', async () => {
      const accountId = randomUUID();

      expect(await controls.suspendAccount(accountId, change)).toBe(true);
      expect(await controls.suspendAccount(accountId, change)).toBe(false);
      expect(await controls.account(accountId)).toEqual({
        standing: 'suspended',
        reason: change.reason,
        sinceMs: change.atMs,
      });

      expect(await controls.reinstateAccount(accountId, change)).toBe(true);
      expect(await controls.reinstateAccount(accountId, change)).toBe(false);
      expect(await controls.account(accountId)).toEqual({
        standing: 'active',
        sinceMs: change.atMs,
      });
    });

    it('tells the last word on what is in doubt', async () => {
      const campaign = aCampaign();

      await controls.decideDoubt(campaign, { decision: 'resend', atMs: 5 }, change);
      await controls.decideDoubt(campaign, { decision: 'accept', atMs: 9 }, change);

      const doubtDecision = { decision: 'accept', atMs: 9 };
      expect(await controls.campaign(campaign)).toEqual({ standing: 'active', doubtDecision });
      expect((await controls.standings(campaign, aDomain())).campaign).toEqual({
        standing: 'active',
        doubtDecision,
      });
    });

    describe('a history', () => {
      it('is empty where nobody acted', async () => {
        const campaign = aCampaign();
        await controls.describeCampaign(campaign, { name: 'Spring sale' });

        expect(await controls.history({ subject: 'campaign', campaign })).toEqual([]);
      });

      it('keeps every change of a campaign and every word on its doubts, in order', async () => {
        const campaign = aCampaign();
        const by = (actor: string, afterMs: number) => ({
          ...{ reason: `as ${actor} said`, actor },
          atMs: change.atMs + afterMs,
        });
        await controls.pauseCampaign(campaign, by('ada', 0));
        await controls.pauseCampaign(campaign, by('late', 1));
        await controls.decideDoubt(campaign, { decision: 'resend', atMs: 5 }, by('bob', 2));
        await controls.resumeCampaign(campaign, by('grace', 3));
        await controls.decideDoubt(campaign, { decision: 'accept', atMs: 6 }, by('bob', 4));
        await controls.cancelCampaign(campaign, by('ada', 5));

        expect(await controls.history({ subject: 'campaign', campaign })).toEqual([
          { ...by('ada', 0), standing: 'paused' },
          { ...by('bob', 2), doubts: 'resend' },
          { ...by('grace', 3), standing: 'active' },
          { ...by('bob', 4), doubts: 'accept' },
          { ...by('ada', 5), standing: 'cancelled' },
        ]);
      });

      it('keeps every redrive of a queue, apart from those of others', async () => {
        const queue = randomUUID();
        await controls.noteRedrive(queue, change);
        await controls.noteRedrive(randomUUID(), change);
        await controls.noteRedrive(queue, { ...change, actor: 'bob', atMs: change.atMs + 1 });

        expect(await controls.history({ subject: 'queue', queue })).toEqual([
          { ...change, redrive: 'requested' },
          { ...change, actor: 'bob', atMs: change.atMs + 1, redrive: 'requested' },
        ]);
      });

      it('keeps changes of the same moment in the order they were made', async () => {
        const domain = aDomain();
        for (let times = 0; times < 6; times += 1) {
          await controls.blockDomain(domain, change);
          await controls.unblockDomain(domain, change);
        }

        const history = await controls.history({ subject: 'domain', domain });

        expect(history.map((entry) => 'standing' in entry && entry.standing)).toEqual(
          Array.from({ length: 6 }, () => ['blocked', 'active']).flat(),
        );
      });

      it('has as many entries as changes that went through, however many people act at once', async () => {
        const accountId = randomUUID();
        const acts = Array.from({ length: 24 }, (_none, index) => {
          const by = { ...change, actor: `actor-${index}` };
          return index % 2 === 0
            ? controls.suspendAccount(accountId, by)
            : controls.reinstateAccount(accountId, by);
        });
        const changed = await Promise.all(acts);

        const history = await controls.history({ subject: 'account', accountId });

        const actors = changed.flatMap((did, index) => (did ? [`actor-${index}`] : []));
        expect(history.map(({ actor }) => actor).sort()).toEqual(actors.sort());
        expect(history.map((entry) => 'standing' in entry && entry.standing)).toEqual(
          history.map((_entry, index) => (index % 2 === 0 ? 'suspended' : 'active')),
        );
      });
    });

    it('tells everything about one batch in one reading', async () => {
      const campaign = aCampaign();
      const domain = aDomain();
      await controls.pauseCampaign(campaign, change);
      await controls.blockDomain(domain, change);
      await controls.holdDomain(domain, {
        ...{ untilMs: 5000, reason: '429', atMs: 1000 },
        notified: false,
      });
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
