import { beginSync } from '../../lambdas/core/suppression/sync-request';
import { createSyncDomain } from '../../lambdas/sync-suppressions/sync-domain';
import { DAY_MS, digestOf, DOMAIN, HOUR_MS, NOW_MS, PEPPER, Syncer } from './a-syncer';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';

const BEFORE = NOW_MS - 30 * DAY_MS;

let syncer: Syncer;

beforeEach(() => {
  syncer = new Syncer();
});

/** So much later; lists may lag by an hour. */
const aDayLater = () => {
  syncer.nowMs += DAY_MS;
};

describe('taking over', () => {
  it('suppresses whoever is on one of the lists, over any number of pages', async () => {
    for (let index = 0; index < 7; index += 1) {
      syncer.lists.put('bounce', `b${index}@example.com`, BEFORE);
    }
    syncer.lists.put('complaint', 'Cyd@Example.COM', BEFORE);
    syncer.lists.put('unsubscribe', 'uma@example.com', BEFORE);

    await syncer.sync();

    const suppressed = ['b0', 'b6', 'cyd', 'uma'].map((name) => `${name}@example.com`);
    for (const address of suppressed) expect(await syncer.isSuppressed(address)).toBe(true);
    expect(await syncer.isSuppressed('ada@example.com')).toBe(false);
    expect(syncer.records.entries.size).toBe(9);
  });

  it('says since when, and from where', async () => {
    syncer.lists.put('complaint', 'cyd@example.com', BEFORE);

    await syncer.sync();

    expect(await syncer.records.find(DOMAIN, digestOf('cyd@example.com'))).toMatchObject({
      ...{ reason: 'complaint', cause: 'mailgun:complaint', observedAtMs: BEFORE },
    });
  });

  it('limits an unsubscribe to its tags', async () => {
    syncer.lists.put('unsubscribe', 'uma@example.com', BEFORE, ['promo']);

    await syncer.sync();

    expect(await syncer.isSuppressed('uma@example.com', ['news'])).toBe(false);
    expect(await syncer.isSuppressed('uma@example.com', ['Promo'])).toBe(true);
  });

  it('puts entries together that are one recipient', async () => {
    syncer.lists.entries.unsubscribe.set('a', {
      ...{ address: 'uma@example.com', createdAtMs: BEFORE, tags: ['news'] },
    });
    syncer.lists.entries.unsubscribe.set('b', {
      ...{ address: 'UMA@example.com', createdAtMs: BEFORE, tags: ['promo'] },
    });

    await syncer.sync();

    expect((await syncer.records.find(DOMAIN, digestOf('uma@example.com')))?.tags).toEqual([
      ...['news', 'promo'],
    ]);
  });

  it('leaves out addresses nobody here can mail, and says how many', async () => {
    syncer.lists.put('bounce', '"odd one"@example.com', BEFORE);

    await syncer.sync();

    expect(syncer.records.entries.size).toBe(0);
    expect(syncer.log.withCode('suppressions-synced')).toMatchObject([
      { fields: { entries: 1, unmailable: 1, written: 0 } },
    ]);
  });

  it('takes no date for later than now: what lies ahead could never be removed', async () => {
    syncer.lists.put('bounce', 'ada@example.com', NOW_MS + 400 * DAY_MS);
    await syncer.sync();
    syncer.lists.entries.bounce.clear();
    syncer.nowMs += 2 * DAY_MS;

    await syncer.sync();

    expect(await syncer.isSuppressed('ada@example.com')).toBe(false);
  });

  it('names no address in a log line or a message', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    syncer.lists.next.push({ result: 'later', untilMs: undefined, reason: '503' });

    await syncer.sync();

    expect(syncer.log.text).not.toContain('@');
  });

  it('keeps in its messages no address either, also where a list goes on behind one', async () => {
    for (const name of ['ada', 'bob', 'cyd']) {
      syncer.lists.put('bounce', `${name}@example.com`, BEFORE);
    }
    syncer.lists.onRead = () => (syncer.nowMs += 2 * 60_000);

    await createSyncDomain(syncer.dependencies)(beginSync(DOMAIN, NOW_MS), NOW_MS + 300_000);

    const [{ request }] = syncer.asked as [(typeof syncer.asked)[number]];
    expect(request).toMatchObject({ step: 'bounce', pages: 1 });
    const place = Buffer.from(request.place ?? '', 'base64url').toString('latin1');
    expect(`${JSON.stringify(request)} ${place}`).not.toMatch(/@|ada|bob/);
    await syncer.drive(request);
    expect(syncer.records.entries.size).toBe(3);
  });
});

describe('taking removals over', () => {
  it('mails whoever a person removed at Mailgun, and files that', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    await syncer.tell('ada@example.com', { observedAtMs: BEFORE });
    await syncer.sync();

    aDayLater();
    syncer.lists.entries.bounce.clear();
    await syncer.sync();

    expect(await syncer.isSuppressed('ada@example.com')).toBe(false);
    expect(await syncer.removals('ada@example.com')).toEqual([
      {
        ...{ atMs: NOW_MS + DAY_MS, actor: 'mailgun', removed: ['bounce'] },
        reason: "removed from Mailgun's list of bounces",
      },
    ]);
    expect(syncer.log.withCode('suppressions-synced')[1]).toMatchObject({
      fields: { removed: 1 },
    });
  });

  it('keeps what only a webhook told of', async () => {
    await syncer.tell('ada@example.com', { observedAtMs: BEFORE });
    await syncer.sync();
    aDayLater();
    await syncer.sync();

    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
  });

  it('keeps who is on another list', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    syncer.lists.put('complaint', 'ada@example.com', BEFORE);
    await syncer.sync();

    aDayLater();
    syncer.lists.entries.bounce.clear();
    await syncer.sync();

    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
    expect(await syncer.removals('ada@example.com')).toMatchObject([{ removed: ['bounce'] }]);
  });

  it('follows tags that shrink', async () => {
    syncer.lists.put('unsubscribe', 'uma@example.com', BEFORE, ['news', 'promo']);
    await syncer.sync();

    aDayLater();
    syncer.lists.put('unsubscribe', 'uma@example.com', BEFORE, ['news']);
    await syncer.sync();

    expect(await syncer.isSuppressed('uma@example.com', ['promo'])).toBe(false);
    expect(await syncer.isSuppressed('uma@example.com', ['news'])).toBe(true);
  });

  it('follows an unsubscribe of everything that becomes one of a tag', async () => {
    syncer.lists.put('unsubscribe', 'uma@example.com', BEFORE);
    await syncer.sync();

    aDayLater();
    syncer.lists.put('unsubscribe', 'uma@example.com', BEFORE, ['news']);
    await syncer.sync();

    expect(await syncer.isSuppressed('uma@example.com', ['promo'])).toBe(false);
    expect(await syncer.isSuppressed('uma@example.com', ['news'])).toBe(true);
  });

  it('does not undo a webhook that comes while it runs', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    await syncer.sync();
    aDayLater();
    syncer.lists.entries.bounce.clear();
    const page = syncer.records.page.bind(syncer.records);
    const racing = {
      ...syncer.dependencies,
      records: {
        change: syncer.records.change.bind(syncer.records),
        page: async (domain: string, after: string | undefined) => {
          const seen = await page(domain, after);
          await syncer.tell('ada@example.com', { observedAtMs: syncer.nowMs });
          return seen;
        },
      },
    };

    await syncer.sync(racing);

    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
  });

  it('removes nothing of a list that it could not read to its end', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    syncer.lists.put('complaint', 'cyd@example.com', BEFORE);
    await syncer.sync();

    aDayLater();
    syncer.lists.entries.bounce.clear();
    syncer.lists.entries.complaint.clear();
    syncer.lists.refused.set('bounce', { result: 'unreadable', reason: '403' });
    await syncer.sync();

    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
    expect(await syncer.isSuppressed('cyd@example.com')).toBe(false);
  });
});

describe('the allowlist', () => {
  beforeEach(() => {
    syncer.lists.allowed.add('Ada@example.com');
    syncer.lists.allowed.add('Example.org');
    syncer.lists.allowed.add('no domain at all');
  });

  it.each(['ada@example.com', 'bob@example.org'])(
    'keeps %s off the bounces only',
    async (address) => {
      syncer.lists.put('bounce', address, BEFORE);
      await syncer.sync();
      expect(await syncer.isSuppressed(address)).toBe(false);

      syncer.lists.put('complaint', address, BEFORE);
      await syncer.sync();
      expect(await syncer.isSuppressed(address)).toBe(true);
    },
  );

  it('tells the recorder', async () => {
    await syncer.sync();

    const domain = recipientDigest(PEPPER, 'example.org');
    expect(await syncer.allowlist.allows(DOMAIN, [digestOf('ada@example.com')])).toBe(true);
    expect(await syncer.allowlist.allows(DOMAIN, [domain])).toBe(true);
    expect((await syncer.allowlist.all(DOMAIN)).size).toBe(2);
  });

  it('takes nobody off who is there already, and lets them go with the list', async () => {
    await syncer.tell('ada@example.com', { observedAtMs: BEFORE });
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    await syncer.sync();
    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);

    aDayLater();
    await syncer.sync();
    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);

    aDayLater();
    syncer.lists.entries.bounce.clear();
    await syncer.sync();
    expect(await syncer.isSuppressed('ada@example.com')).toBe(false);
  });

  it('forgets what is on it no more, unless it could not be read', async () => {
    await syncer.sync();
    syncer.lists.allowed.clear();

    syncer.lists.refused.set('allowlist', { result: 'unreadable', reason: '403' });
    aDayLater();
    await syncer.sync();
    expect((await syncer.allowlist.all(DOMAIN)).size).toBe(2);

    syncer.lists.refused.clear();
    await syncer.sync();
    expect((await syncer.allowlist.all(DOMAIN)).size).toBe(0);
  });
});

describe('when Mailgun does not answer', () => {
  it('waits as long as it says, over messages of a quarter of an hour', async () => {
    syncer.lists.next.push({ result: 'later', untilMs: NOW_MS + 40 * 60_000, reason: '429' });
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    const reads: number[] = [];
    syncer.lists.onRead = () => reads.push(syncer.nowMs - NOW_MS);

    const messages = await syncer.sync();

    expect(reads.slice(0, 2)).toEqual([0, 40 * 60_000]);
    expect(messages).toBe(4);
    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
    expect(await syncer.journal.read(DOMAIN)).toEqual({ completeAtMs: NOW_MS });
  });

  it('waits longer from time to time where it says nothing, and reads on where it was', async () => {
    for (const name of ['ada', 'bob', 'cyd']) {
      syncer.lists.put('bounce', `${name}@example.com`, BEFORE);
    }
    const fault = { result: 'later', untilMs: undefined, reason: '503' } as const;
    const waits: number[] = [];
    let reads = 0;
    syncer.lists.onRead = () => {
      reads += 1;
      waits.push((syncer.nowMs - NOW_MS) / 1_000);
      if (reads === 3) syncer.lists.next.push(fault, fault);
    };

    await syncer.sync();

    expect(waits.slice(2, 5)).toEqual([0, 30, 90]);
    expect(syncer.records.writes).toBe(3);
  });

  it('leaves a list to the next sync after two hours, tells once, and reads the others', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    syncer.lists.put('complaint', 'cyd@example.com', BEFORE);
    syncer.lists.refused.set('bounce', { result: 'later', untilMs: undefined, reason: '503' });

    await syncer.sync();
    const tookMs = syncer.nowMs - NOW_MS;
    await syncer.sync();

    expect(tookMs).toBeGreaterThan(1.5 * HOUR_MS);
    expect(tookMs).toBeLessThan(3 * HOUR_MS);
    expect(await syncer.isSuppressed('cyd@example.com')).toBe(true);
    expect(syncer.notifier.notifications).toMatchObject([
      { type: 'suppressions.syncFailed', domain: DOMAIN, reason: 'bounce: 503' },
    ]);
    expect(await syncer.journal.read(DOMAIN)).toEqual({
      failure: { sinceMs: NOW_MS, reason: 'bounce: 503' },
    });
  });

  it('does not wait for longer than that where it is told to', async () => {
    const untilMs = NOW_MS + 3 * HOUR_MS;
    syncer.lists.refused.set('complaint', { result: 'later', untilMs, reason: '429' });

    expect(await syncer.sync()).toBe(1);
    expect(syncer.notifier.notifications).toHaveLength(1);
  });

  it('tells once of a key that may not read, and again after a sync was complete', async () => {
    const refusal = { result: 'unreadable', reason: '403' } as const;
    syncer.lists.refused.set('bounce', refusal).set('unsubscribe', refusal);
    for (let syncs = 0; syncs < 3; syncs += 1) {
      await syncer.sync();
      aDayLater();
    }
    expect(syncer.notifier.notifications).toMatchObject([
      { reason: 'bounce: 403; unsubscribe: 403' },
    ]);
    expect(syncer.log.withCode('suppressions-not-synced')).toHaveLength(3);

    syncer.lists.refused.clear();
    await syncer.sync();
    expect(await syncer.journal.read(DOMAIN)).toEqual({ completeAtMs: NOW_MS + 3 * DAY_MS });

    aDayLater();
    syncer.lists.refused.set('bounce', refusal);
    await syncer.sync();
    expect(syncer.notifier.notifications).toHaveLength(2);
  });

  it('takes a list without an end for one that is not read', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    syncer.lists.put('bounce', 'bob@example.com', BEFORE);
    const request = { ...beginSync(DOMAIN, NOW_MS), step: 'bounce' as const, pages: 19_999 };

    await syncer.drive(request);

    expect(syncer.notifier.notifications).toMatchObject([
      { reason: 'bounce: more than 20000 pages' },
    ]);
  });

  it('begins a list anew whose place nobody can read', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);

    await syncer.drive({ ...beginSync(DOMAIN, NOW_MS), step: 'bounce', place: 'zzz' });

    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
  });
});

describe('a sync that is redriven long after', () => {
  it('undoes nothing and removes nothing that was seen since', async () => {
    const old = beginSync(DOMAIN, NOW_MS - 10 * DAY_MS);
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    await syncer.sync();
    await syncer.drive(old);

    expect(await syncer.isSuppressed('ada@example.com')).toBe(true);
    expect(await syncer.journal.read(DOMAIN)).toEqual({ completeAtMs: NOW_MS });
  });
});

describe('what a person removed', () => {
  it('is not suppressed again by a list that lags behind, nor by a sync under way', async () => {
    syncer.lists.put('bounce', 'ada@example.com', BEFORE);
    await syncer.sync();
    const underWay = beginSync(DOMAIN, syncer.nowMs);
    syncer.nowMs += 60_000;
    await syncer.remove('ada@example.com');

    await syncer.drive(underWay);
    await syncer.sync();

    expect(await syncer.isSuppressed('ada@example.com')).toBe(false);
  });
});
