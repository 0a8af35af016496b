import { NO_COUNTS } from '../../lambdas/core/guard/counts';
import { WATCHED_FOR_MS } from '../../lambdas/core/guard/watch-list';
import { DAY_MS, evaluate, Guard, HOUR_MS, MINUTE_MS, NOW_MS, spring } from './a-guard';

const SPACING_MS = 15_000;

let guard: Guard;

beforeEach(() => {
  guard = new Guard();
});

/** One more evaluation, as soon as there may be one. */
async function again(afterMs = SPACING_MS): Promise<void> {
  guard.nowMs += afterMs;
  expect(await guard.serve(evaluate())).toBe(true);
}

const accountRequests = () =>
  guard.requests.puts.filter(
    ({ request }) => request.request === 'evaluate' && request.subject.subject === 'account',
  );

describe('a campaign', () => {
  it('is left alone while its rates are low', async () => {
    await guard.accept(1_000, { bounced: 10 });

    expect(await guard.serve(evaluate())).toBe(true);

    expect(await guard.standing()).toBe('active');
    expect(guard.told).toEqual([]);
    expect(await guard.facts()).toMatchObject({ level: 'none', evaluatedAtMs: NOW_MS });
  });

  it('is left alone after one complaint in thirteen', async () => {
    await guard.accept(13, { complained: 1, bounced: 1 });

    await guard.serve(evaluate());

    expect([await guard.standing(), guard.told]).toEqual(['active', []]);
  });

  it('is paused above the limit, with the numbers, and people are told once', async () => {
    await guard.accept(1_000, { bounced: 60 });

    await guard.serve(evaluate());

    const reason =
      '60 of 1,000 recipients accepted in the last 24 hours bounced: 6.00 %, the limit is 5 %';
    expect(await guard.controls.campaign(spring)).toMatchObject({ standing: 'paused', reason });
    expect(guard.notifications).toEqual([
      {
        ...{ version: 1, type: 'campaign.paused', at: '2026-12-01T12:00:00.000Z' },
        ...{ ...spring, reason },
        details: {
          ...{ actor: 'guard', kind: 'bounce', window: 'long', windowHours: 24 },
          ...{ events: 60, of: 1_000, rate: 0.06, threshold: 0.05 },
        },
      },
    ]);
    const history = await guard.controls.history({ subject: 'campaign', campaign: spring });
    expect(history).toMatchObject([{ standing: 'paused', actor: 'guard', reason }]);
    expect(await guard.facts()).toMatchObject({ level: 'pause', act: { isDone: true, reason } });

    await again();
    expect(guard.told).toHaveLength(1);
  });

  it('is warned of, and not paused, where the guard is not enabled', async () => {
    guard = new Guard({ enabled: false });
    await guard.accept(1_000, { bounced: 500 });

    await guard.serve(evaluate());

    expect([await guard.standing(), guard.told]).toEqual([
      'active',
      ['campaign.warned spring-sale'],
    ]);
  });

  it('is paused for complaints of those who were delivered', async () => {
    await guard.accept(1_000, { complained: 10 });

    await guard.serve(evaluate());

    expect(guard.notifications[0]).toMatchObject({
      details: { kind: 'complaint', window: 'long', events: 10, of: 1_000, threshold: 0.003 },
    });
  });

  it('is not paused for what bounces after the window of its acceptance, however much is sent then', async () => {
    await guard.accept(100_000, { bounced: 2_000 });
    await guard.serve(evaluate());
    guard.nowMs += 25 * HOUR_MS;
    // Of yesterday's recipients another 300 bounce today, of today's nobody.
    const batch = { ...spring, batchId: '000001' };
    const late = Array.from({ length: 300 }, (_unused, index) => 50_000 + index);
    await guard.tallies.add({ batch, kind: 'bounced', positions: new Set(late) });
    await guard.accept(1_000);

    await guard.serve(evaluate());

    expect([await guard.standing(), guard.told]).toEqual(['active', []]);
  });

  it('that a person paused or cancelled meanwhile stays as it is', async () => {
    const change = { reason: 'wrong price', actor: 'grace', atMs: NOW_MS };
    await guard.accept(1_000, { bounced: 100 });
    await guard.controls.pauseCampaign(spring, change);

    await guard.serve(evaluate());

    expect(await guard.controls.campaign(spring)).toMatchObject({ reason: 'wrong price' });
    expect(guard.told).toEqual([]);
    expect((await guard.facts()).act).toBeUndefined();
  });

  it('that a person pauses in the same moment is not counted as paused by the guard', async () => {
    await guard.accept(1_000, { bounced: 100 });
    const { controls } = guard;
    const handling = {
      ...guard.handling,
      controls: {
        ...{ campaign: () => controls.campaign(spring), account: () => controls.account('acme') },
        ...{ suspendAccount: () => Promise.resolve(false), history: () => Promise.resolve([]) },
        pauseCampaign: async () => {
          await controls.pauseCampaign(spring, { reason: 'mine', actor: 'grace', atMs: NOW_MS });
          return false;
        },
      },
    };

    await guard.serveBody(
      '{"version":1,"accountId":"acme","campaignId":"spring-sale"}',
      1,
      handling,
    );

    expect(guard.told).toEqual([]);
    expect(await guard.accounts.pauses('acme', 0)).toEqual([]);
    expect((await guard.facts()).act).toBeUndefined();
  });

  it('of a suspended account is neither paused nor warned of', async () => {
    await guard.accept(1_000, { bounced: 100 });
    const change = { reason: 'bought addresses', actor: 'grace', atMs: NOW_MS - 1 };
    await guard.controls.suspendAccount('acme', change);

    await guard.serve(evaluate());

    expect([await guard.standing(), guard.told]).toEqual(['active', []]);
  });
});

describe('a warning', () => {
  it('is told once while it stands, however the rate moves about its limit', async () => {
    await guard.accept(2_000, { bounced: 60 });
    await guard.serve(evaluate());
    // 2.3 %, 3.3 %, 2.4 % and 3 %.
    for (const [accepted, bounced] of [
      [600, 0],
      [400, 40],
      [1_200, 0],
      [400, 40],
    ] as const) {
      await guard.accept(accepted, { bounced });
      await again();
    }

    expect(guard.told).toEqual(['campaign.warned spring-sale']);
    expect(guard.notifications[0]).toMatchObject({
      reason:
        '60 of 2,000 recipients accepted in the last 24 hours bounced: 3.00 %, the limit is 2.5 %',
      details: { kind: 'bounce', window: 'long', events: 60, of: 2_000, threshold: 0.025 },
    });
  });

  it('ends when its window has passed, and is told again when it comes again', async () => {
    await guard.accept(600, { bounced: 30 });
    await guard.serve(evaluate());
    expect((await guard.facts()).warned).toEqual(['bounce']);

    await again(HOUR_MS);
    expect((await guard.facts()).warned).toEqual([]);

    guard.nowMs += DAY_MS;
    await guard.accept(600, { bounced: 30 });
    await again();
    expect(guard.told).toEqual(Array.from({ length: 2 }, () => 'campaign.warned spring-sale'));
  });

  it('is followed by a pause that is told, too', async () => {
    await guard.accept(2_000, { bounced: 60 });
    await guard.serve(evaluate());
    await guard.accept(1_000, { bounced: 100 });
    await again();

    expect(guard.told).toEqual(['campaign.warned spring-sale', 'campaign.paused spring-sale']);
    expect((await guard.facts()).warned).toEqual([]);
  });

  it('does not begin, but ends, while the campaign may not send', async () => {
    await guard.accept(600, { bounced: 30 });
    await guard.serve(evaluate());
    const change = { reason: 'lunch', actor: 'grace', atMs: guard.nowMs };
    await guard.controls.pauseCampaign(spring, change);

    await again();
    expect((await guard.facts()).warned).toEqual(['bounce']);
    await again(HOUR_MS);
    expect((await guard.facts()).warned).toEqual([]);
    expect(guard.told).toHaveLength(1);
  });
});

describe('a resume', () => {
  it('arms the guard anew: only who is accepted afterwards counts', async () => {
    await guard.accept(1_000, { bounced: 60 });
    await guard.serve(evaluate());
    guard.nowMs += 5 * MINUTE_MS;
    await guard.resume();
    guard.nowMs += 1_000;
    await guard.accept(999, { bounced: 40 });

    await again();
    expect(await guard.standing()).toBe('active');
    expect(guard.told).toEqual(['campaign.paused spring-sale']);

    await guard.accept(1_000, { bounced: 60 });
    await again();
    expect(await guard.standing()).toBe('paused');
    expect(guard.notifications.at(-1)).toMatchObject({ details: { events: 100, of: 1_999 } });
  });

  it('is not undone by a pause that was noted and never made, nor is that taken for the one before', async () => {
    await guard.accept(1_000, { bounced: 60 });
    await guard.serve(evaluate());
    guard.nowMs += MINUTE_MS;
    await guard.resume();
    const [name, record] = [...guard.records.entries].find(([, { facts }]) => facts.act)!;
    guard.nowMs += MINUTE_MS;
    const act = { ...record.facts.act!, atMs: guard.nowMs, isDone: false };
    guard.records.entries.set(name, { ...record, facts: { ...record.facts, act } });
    guard.nowMs += MINUTE_MS;

    await guard.serve(evaluate());

    expect(await guard.standing()).toBe('active');
    expect((await guard.facts()).act).toBeUndefined();
    expect(await guard.accounts.pauses('acme', 0)).toHaveLength(1);
    expect(guard.told).toEqual(['campaign.paused spring-sale']);
  });

  it('is remembered when a person pauses and resumes later', async () => {
    await guard.accept(1_000, { bounced: 60 });
    await guard.serve(evaluate());
    guard.nowMs += MINUTE_MS;
    await guard.resume();
    await again();
    const change = { reason: 'lunch', actor: 'grace', atMs: guard.nowMs };
    await guard.controls.pauseCampaign(spring, change);
    await again();

    expect((await guard.facts()).armedSinceMs).toBe(NOW_MS + MINUTE_MS);
    expect((await guard.facts()).finding).toBeUndefined();
  });

  it('of the account does the same', async () => {
    await guard.accept(1_000, { bounced: 60 });
    const change = { reason: 'looked at', actor: 'grace', atMs: guard.nowMs };
    await guard.controls.suspendAccount('acme', change);
    await guard.controls.reinstateAccount('acme', { ...change, atMs: guard.nowMs + 1 });

    await again();

    expect([await guard.standing(), guard.told]).toEqual(['active', []]);
  });
});

describe('an account', () => {
  it('gets the counts of its campaign, and is asked about where there is anything to ask about', async () => {
    await guard.accept(1_000);
    await guard.serve(evaluate());
    expect(accountRequests()).toEqual([]);
    expect(await guard.accounts.counts('acme')).toMatchObject([
      { campaignId: 'spring-sale', counts: { bounce: { short: { events: 0, of: 1_000 } } } },
    ]);

    await guard.accept(1_000, { bounced: 1 });
    await again();
    expect(accountRequests()).toHaveLength(1);
    expect(accountRequests()[0]?.request).toMatchObject({ dueAtMs: guard.nowMs });
  });

  it('gets a pause noted, and no more what the campaign was paused for', async () => {
    await guard.accept(1_000, { bounced: 60 });

    await guard.serve(evaluate());

    expect(await guard.accounts.pauses('acme', 0)).toEqual([
      { campaignId: 'spring-sale', atMs: NOW_MS },
    ]);
    expect(await guard.accounts.counts('acme')).toMatchObject([{ counts: NO_COUNTS }]);
    expect(accountRequests()).toHaveLength(1);
    await again();
    expect(await guard.accounts.counts('acme')).toMatchObject([{ counts: NO_COUNTS }]);
  });
});

describe('completion', () => {
  const describeCampaign = (expectedRecipients: number) =>
    guard.controls.describeCampaign(spring, { expectedRecipients });

  it('is told once, when everybody who was expected is accounted for', async () => {
    await describeCampaign(1_500);
    await guard.accept(1_000);
    await guard.serve(evaluate());
    expect(guard.told).toEqual([]);

    await guard.accept(500, { bounced: 2 });
    await again();
    await again();

    expect(guard.notifications).toEqual([
      {
        ...{ version: 1, type: 'campaign.completed', at: '2026-12-01T12:00:15.000Z', ...spring },
        details: {
          ...{ audience: 1_500, accepted: 1_500 },
          ...{ suppressed: 0, invalid: 0, duplicate: 0, refused: 0 },
        },
      },
    ]);
  });

  it('is not told of a campaign nobody said the size of, or that was cancelled', async () => {
    await guard.accept(10);
    await guard.serve(evaluate());
    await describeCampaign(10);
    const change = { reason: 'sale is off', actor: 'grace', atMs: guard.nowMs };
    await guard.controls.cancelCampaign(spring, change);
    await again();

    expect(guard.told).toEqual([]);
  });

  it('waits for who is pending or parked', async () => {
    await describeCampaign(13);
    await guard.accept(10);
    const key = { ...spring, batchId: 'waiting' };
    await guard.books.begin(
      {
        ...{ key, domain: 'mg.example.com', contentDigest: 'x', audience: 3 },
        ...{ invalid: new Set<number>(), duplicate: new Set<number>() },
      },
      guard.nowMs,
    );
    await guard.serve(evaluate());
    await guard.books.park(key, 'm');
    await again();

    expect(guard.told).toEqual([]);
  });
});

describe('the sweep', () => {
  it('evaluates every campaign that is watched, also when one of them fails', async () => {
    const [autumn, winter] = ['autumn', 'winter'].map((campaignId) => ({ ...spring, campaignId }));
    for (const campaign of [spring, autumn!, winter!]) {
      await guard.watchList.note(campaign, guard.nowMs);
      await guard.accept(1_000, { bounced: 60 }, campaign);
    }
    const { read } = guard.books;
    guard.books.read = function (campaign) {
      if (campaign.campaignId === 'spring-sale') throw new Error('ada@example.com is broken');
      return read.call(this, campaign);
    };

    await guard.sweep();

    expect(guard.told).toEqual(['campaign.paused autumn', 'campaign.paused winter']);
    expect(guard.requests.puts.map(({ request }) => request)).toContainEqual(
      evaluate(spring, guard.nowMs),
    );
    expect(guard.log.withCode('guard-not-evaluated')).toHaveLength(1);
    expect(guard.log.text).not.toContain('ada@');
  });

  it('leaves a campaign that is quiet alone for ten minutes, and one that is not for none', async () => {
    await guard.watchList.note(spring, guard.nowMs);
    await guard.accept(600, { bounced: 1 });
    await guard.sweep();
    const evaluatedAt = async () => ((await guard.facts()).evaluatedAtMs ?? 0) - NOW_MS;

    for (let minute = 1; minute <= 10; minute += 1) {
      guard.nowMs += MINUTE_MS;
      await guard.sweep();
      expect(await evaluatedAt()).toBe(minute < 10 ? 0 : 10 * MINUTE_MS);
    }

    // A warning stands: it may end any minute.
    await guard.accept(1_400, { bounced: 59 });
    await again();
    expect((await guard.facts()).warned).toEqual(['bounce']);
    guard.nowMs += MINUTE_MS;
    await guard.sweep();
    expect(await evaluatedAt()).toBe(11 * MINUTE_MS + SPACING_MS);
  });

  it('goes on where an invocation ended', async () => {
    for (let index = 0; index < 5; index += 1) {
      await guard.watchList.note({ ...spring, campaignId: `c${index}` }, guard.nowMs);
    }
    const { read } = guard.records;
    let reads = 0;
    guard.records.read = (subject) => {
      if (subject.subject === 'campaign') {
        guard.nowMs += 20_000;
        reads += 1;
      }
      return read.call(guard.records, subject);
    };

    await guard.sweep();

    const [rest] = guard.requests.puts.splice(0);
    expect(rest?.request).toEqual({ request: 'sweep', after: { ...spring, campaignId: 'c1' } });
    expect(reads).toBe(4);
    await guard.serve(rest!.request);
    expect(guard.requests.puts[0]?.request).toEqual({
      ...{ request: 'sweep', after: { ...spring, campaignId: 'c3' } },
    });
  });

  it('looks at one campaign however late it begins', async () => {
    await guard.watchList.note(spring, guard.nowMs);
    await guard.watchList.note({ ...spring, campaignId: 'zzz' }, guard.nowMs);
    const { list } = guard.watchList;
    guard.watchList.list = async (...given) => {
      const found = await list.apply(guard.watchList, given);
      guard.nowMs += 10 * MINUTE_MS;
      return found;
    };

    await guard.sweep();

    expect((await guard.facts()).evaluatedAtMs).toBe(guard.nowMs);
    expect(guard.requests.puts.map(({ request }) => request)).toEqual([
      { request: 'sweep', after: spring },
    ]);
  });

  it('forgets a campaign that shows no sign of life', async () => {
    await guard.watchList.note(spring, guard.nowMs);
    guard.nowMs += WATCHED_FOR_MS + DAY_MS;

    await guard.sweep();

    expect((await guard.facts()).evaluatedAtMs).toBeUndefined();
  });
});
