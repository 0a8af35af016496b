import type { Suppression } from '../../../lambdas/core/suppression/suppression';
import {
  groundsAgainst,
  LIST_LAG_MS,
  nameOf,
  suppresses,
  suppressionIn,
  withListed,
  withObserved,
  withoutVanished,
  withRemoved,
  type SuppressionRecord,
} from '../../../lambdas/core/suppression/suppression-record';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 0, 1);

const observed = (fields: Partial<Suppression> = {}): Suppression => ({
  ...{ domain: 'mg.example.com', recipient: Buffer.alloc(16) },
  ...{ reason: 'bounce', cause: 'webhook:bounced', observedAtMs: T0 },
  ...fields,
});

const listed = (fields: Partial<Parameters<typeof withListed>[1]> = {}) => ({
  ...{ shown: [{ reason: 'bounce' as const }], createdAtMs: T0, startedAtMs: T0 + 2 * HOUR },
  ...fields,
});

const removal = (atMs: number) => ({ atMs, actor: 'ada', reason: 'asked to', removed: [] });

const sweep = (record: SuppressionRecord, startedAtMs: number, reason = 'bounce' as const) =>
  withoutVanished(record, reason, { startedAtMs, nowMs: startedAtMs + 1 });

const against = (record: SuppressionRecord | undefined) => groundsAgainst(record).map(nameOf);

describe('what was observed', () => {
  it('suppresses, and is confirmed by a later observation without losing the first', () => {
    const twice = withObserved(
      withObserved(undefined, observed()),
      observed({ cause: 'webhook:suppress-bounce', observedAtMs: T0 + HOUR }),
    );

    expect(twice.grounds).toEqual([
      {
        ...{ reason: 'bounce', cause: 'webhook:bounced' },
        ...{ observedAtMs: T0, confirmedAtMs: T0 + HOUR },
      },
    ]);
    expect(withObserved(twice, observed())).toEqual(twice);
  });

  it.each([
    ['earlier', T0 - HOUR, 'webhook:suppress-bounce', T0 - HOUR],
    ['at the same time', T0, 'webhook:a', T0],
    ['at the same time, by a later name', T0, 'webhook:z', T0],
  ])('began when it happened first, though told later: %s', (_when, observedAtMs, cause, atMs) => {
    const told = [observed(), observed({ cause, observedAtMs })];
    const one = told.reduce<SuppressionRecord | undefined>(withObserved, undefined);
    const other = told.reverse().reduce<SuppressionRecord | undefined>(withObserved, undefined);

    expect(one).toEqual(other);
    expect(one?.grounds).toMatchObject([{ observedAtMs: atMs, confirmedAtMs: T0 }]);
  });

  it('is shown in the order in which it happened, whatever was told first', () => {
    const told = [
      observed({ reason: 'unsubscribe', cause: 'c' }),
      observed({ reason: 'complaint', cause: 'b' }),
      observed({ reason: 'bounce', cause: 'a', observedAtMs: T0 + 1 }),
    ];
    for (const order of [told, [...told].reverse()]) {
      const record = order.reduce<SuppressionRecord | undefined>(withObserved, undefined);

      expect(against(record)).toEqual(['complaint', 'unsubscribe', 'bounce']);
      expect(suppressionIn(record)).toMatchObject({ reason: 'complaint', cause: 'b' });
    }
  });

  it('is kept a reason, so that one may go and another stay', () => {
    const both = withObserved(
      withObserved(undefined, observed()),
      observed({ reason: 'complaint', cause: 'webhook:complained' }),
    );

    expect(against(both)).toEqual(['bounce', 'complaint']);
  });

  it('is one suppression for whoever asks: the first of every message, or all tags', () => {
    const scoped = withObserved(
      undefined,
      observed({ reason: 'unsubscribe', cause: 'a', tags: ['Promo', 'news'] }),
    );
    const wide = withObserved(scoped, observed({ reason: 'complaint', cause: 'b' }));

    expect(suppressionIn(undefined)).toBeUndefined();
    expect(suppressionIn(scoped)).toEqual({
      ...{ reason: 'unsubscribe', cause: 'a', observedAtMs: T0, tags: ['news', 'promo'] },
    });
    expect(suppressionIn(wide)).toEqual({ reason: 'complaint', cause: 'b', observedAtMs: T0 });
    expect(suppresses(scoped, new Set(['receipts']))).toBe(false);
    expect(suppresses(scoped, new Set(['promo']))).toBe(true);
    expect(suppresses(wide, new Set())).toBe(true);
  });

  it('holds for every message once there are more than a hundred tags', () => {
    const tags = Array.from({ length: 101 }, (_, index) => `t${index}`);
    const record = withObserved(undefined, observed({ reason: 'unsubscribe', tags }));

    expect(record.grounds).toHaveLength(101);
    expect(suppresses(record, new Set())).toBe(true);
  });
});

describe('what Mailgun lists', () => {
  it('suppresses since the date of the entry', () => {
    const { grounds } = withListed(undefined, listed());

    expect(grounds).toEqual([
      {
        ...{ reason: 'bounce', cause: 'mailgun:bounce', observedAtMs: T0, confirmedAtMs: T0 },
        listedAtMs: T0 + 2 * HOUR,
      },
    ]);
  });

  it('suppresses since the sync where its date can not be read, and is not confirmed by the next', () => {
    const unread = listed({ createdAtMs: undefined });
    const once = withListed(undefined, unread);
    const twice = withListed(once, { ...unread, startedAtMs: T0 + 9 * HOUR });

    expect(twice.grounds[0]).toMatchObject({
      ...{ observedAtMs: T0 + 2 * HOUR, confirmedAtMs: T0 + 2 * HOUR, listedAtMs: T0 + 9 * HOUR },
    });
  });

  it('keeps the cause and the time of what a webhook told first', () => {
    const record = withListed(withObserved(undefined, observed()), listed({ createdAtMs: T0 + 5 }));

    expect(record.grounds).toEqual([
      {
        ...{ reason: 'bounce', cause: 'webhook:bounced', observedAtMs: T0 },
        ...{ confirmedAtMs: T0 + 5, listedAtMs: T0 + 2 * HOUR },
      },
    ]);
  });

  it('does not forget a later sync for an earlier one that is slow', () => {
    const later = withListed(undefined, listed({ startedAtMs: T0 + 9 * HOUR }));

    expect(withListed(later, listed())).toEqual(later);
  });
});

describe('what vanished from a list', () => {
  const seen = withListed(withObserved(undefined, observed()), listed());

  it('is removed, with an entry that says by whom', () => {
    const record = sweep(seen, T0 + 26 * HOUR);

    expect(against(record)).toEqual([]);
    expect(record.removal).toEqual({
      ...{ atMs: T0 + 26 * HOUR + 1, actor: 'mailgun', removed: ['bounce'] },
      reason: "removed from Mailgun's list of bounces",
    });
  });

  it('stays while the sync that did not see it began before the one that did', () => {
    expect(sweep(seen, T0 + 2 * HOUR)).toBe(seen);
  });

  it('stays when only a webhook ever told of it', () => {
    const record = withObserved(undefined, observed());

    expect(sweep(record, T0 + 26 * HOUR)).toBe(record);
  });

  it('stays while a list is read that it was not on', () => {
    const record = withListed(undefined, listed({ shown: [{ reason: 'complaint' }] }));

    expect(sweep(record, T0 + 26 * HOUR)).toBe(record);
  });

  it.each([
    ['during the sync', 26 * HOUR + 5],
    ['too shortly before it for the list to have it', 26 * HOUR - LIST_LAG_MS + 1],
  ])('stays when it happened again %s', (_when, afterMs) => {
    const again = withObserved(seen, observed({ observedAtMs: T0 + afterMs }));

    expect(sweep(again, T0 + 26 * HOUR)).toBe(again);
  });

  it('leaves what another list still has', () => {
    const two = withListed(seen, listed({ shown: [{ reason: 'complaint' }] }));

    expect(against(sweep(two, T0 + 26 * HOUR))).toEqual(['complaint']);
  });

  it('leaves the tags that an unsubscribe still has', () => {
    const tags = ['news', 'promo'].map((tag) => ({ reason: 'unsubscribe' as const, tag }));
    const both = withListed(undefined, listed({ shown: tags }));
    const shrunk = withListed(both, listed({ shown: [tags[0]!], startedAtMs: T0 + 26 * HOUR }));

    const record = withoutVanished(shrunk, 'unsubscribe', {
      ...{ startedAtMs: T0 + 26 * HOUR, nowMs: T0 + 27 * HOUR },
    });

    expect(against(record)).toEqual(['unsubscribe#news']);
    expect(record.removal?.removed).toEqual(['unsubscribe#promo']);
  });

  const gone = sweep(seen, T0 + 26 * HOUR);

  it('is not told again by a webhook of before', () => {
    expect(withObserved(gone, observed({ observedAtMs: T0 + 3 }))).toBe(gone);
  });

  it('says nothing about another reason of before', () => {
    const record = withObserved(gone, observed({ reason: 'complaint' }));

    expect(against(record)).toEqual(['complaint']);
  });

  it('is suppressed again when it happens again, and begins anew', () => {
    const again = observed({ cause: 'webhook:again', observedAtMs: T0 + 26 * HOUR });

    expect(withObserved(gone, again).grounds).toEqual([
      {
        ...{ reason: 'bounce', cause: 'webhook:again' },
        ...{ observedAtMs: T0 + 26 * HOUR, confirmedAtMs: T0 + 26 * HOUR },
      },
    ]);
  });

  it('is not seen again by a sync that began earlier', () => {
    expect(withListed(gone, listed())).toBe(gone);
  });

  it('is listed again when a later sync sees it, whatever its date', () => {
    const record = withListed(gone, listed({ startedAtMs: T0 + 50 * HOUR }));

    expect(against(record)).toEqual(['bounce']);
  });
});

describe('what a person removed', () => {
  const AT = T0 + 10 * HOUR;
  const seen = withListed(withObserved(undefined, observed()), listed());
  const removed = withRemoved(seen, removal(AT));

  it('speaks against nobody any more, and is named', () => {
    expect(removed).toEqual({
      ...{ grounds: [], removedAtMs: AT },
      removal: { atMs: AT, actor: 'ada', reason: 'asked to', removed: ['bounce'] },
    });
  });

  it('is named with what was removed at Mailgun', () => {
    const record = withRemoved(undefined, { ...removal(AT), removed: ['mailgun:complaint'] });

    expect(record.removal?.removed).toEqual(['mailgun:complaint']);
  });

  it('stays removed for webhooks of before, and not for those of later', () => {
    expect(withObserved(removed, observed({ observedAtMs: AT }))).toBe(removed);
    expect(against(withObserved(removed, observed({ observedAtMs: AT + 1 })))).toEqual(['bounce']);
  });

  it('counts a webhook that stands for several by the last of them', () => {
    const record = withObserved(removed, observed({ confirmedAtMs: AT + 1 }));

    expect(against(record)).toEqual(['bounce']);
  });

  it('stays removed while the list lags behind', () => {
    const lagging = listed({ startedAtMs: AT + LIST_LAG_MS });

    expect(withListed(removed, lagging)).toBe(removed);
    expect(withListed(removed, { ...lagging, createdAtMs: undefined })).toBe(removed);
  });

  it.each([
    ['new since', { createdAtMs: AT + 1, startedAtMs: AT - HOUR }],
    ['still there long after', { createdAtMs: T0, startedAtMs: AT + LIST_LAG_MS + 1 }],
  ])('is suppressed again by an entry that is %s', (_what, fields) => {
    expect(against(withListed(removed, listed(fields)))).toEqual(['bounce']);
  });

  it('leaves what happened after the call began', () => {
    const since = withObserved(seen, observed({ reason: 'complaint', observedAtMs: AT + 1 }));

    expect(against(withRemoved(since, removal(AT)))).toEqual(['complaint']);
  });

  it('is no second removal when it is made again, but holds for what came until then', () => {
    const again = withRemoved(removed, removal(AT + HOUR));

    expect(again.removal).toEqual(removed.removal);
    expect(withObserved(again, observed({ observedAtMs: AT + HOUR }))).toBe(again);
  });

  it('is a second removal when another person makes it', () => {
    const again = withRemoved(removed, { ...removal(AT + HOUR), actor: 'bob' });

    expect(again.removal).toMatchObject({ actor: 'bob', removed: [] });
  });

  it('never moves back', () => {
    expect(withRemoved(removed, removal(AT - HOUR)).removedAtMs).toBe(AT);
  });
});
