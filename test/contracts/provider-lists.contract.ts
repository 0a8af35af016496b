import type { ListRead, ProviderLists } from '../../lambdas/core/suppression/provider-lists';
import type { SuppressionReason } from '../../lambdas/core/suppression/suppression';

export const DOMAIN = 'mg.example.com';
export const CREATED_AT_MS = Date.UTC(2026, 0, 31, 12, 0, 5);

/** A Mailgun whose lists a test fills. */
export interface ListedMailgun {
  readonly lists: ProviderLists;
  readonly put: (
    reason: SuppressionReason,
    address: string,
    tags?: readonly string[],
  ) => Promise<void>;
  readonly allow: (value: string) => Promise<void>;
  /** The next call of a list is refused because of a limit until this time, in whole seconds. */
  readonly limitUntil: (untilMs: number) => Promise<void>;
  /** The key may not touch this list from now on. */
  readonly forbid: (reason: SuppressionReason) => Promise<void>;
}

/** What every `ProviderLists` promises. */
export function describeProviderLists(name: string, create: () => Promise<ListedMailgun>): void {
  describe(`provider lists: ${name}`, () => {
    let mailgun: ListedMailgun;
    let lists: ProviderLists;
    const deadline = () => Date.now() + 10_000;

    beforeEach(async () => {
      mailgun = await create();
      ({ lists } = mailgun);
    });

    async function everything<Entry>(
      read: (place: string | undefined) => Promise<ListRead<Entry>>,
    ): Promise<readonly Entry[]> {
      const entries: Entry[] = [];
      let place: string | undefined;
      do {
        const part = await read(place);
        if (part.result !== 'page') throw new Error(part.reason);
        entries.push(...part.entries);
        place = part.next;
      } while (place !== undefined);
      return entries;
    }

    const all = (reason: SuppressionReason) =>
      everything((place) => lists.read({ domain: DOMAIN, reason }, place, deadline()));

    it('reads an empty list to its end', async () => {
      expect(await all('bounce')).toEqual([]);
    });

    it.each(['bounce', 'complaint', 'unsubscribe'] as const)(
      'reads the addresses of one list with their dates: %s',
      async (reason) => {
        for (const person of ['ada', 'bob', 'cyd']) {
          await mailgun.put(reason, `${person}@example.com`);
        }

        expect(await all(reason)).toEqual(
          ['ada', 'bob', 'cyd'].map((person) => ({
            ...{ address: `${person}@example.com`, createdAtMs: CREATED_AT_MS },
          })),
        );
        expect(await all(reason === 'bounce' ? 'complaint' : 'bounce')).toEqual([]);
      },
    );

    it('tells an unsubscribe of some tags from one of every message', async () => {
      await mailgun.put('unsubscribe', 'ada@example.com', ['news', 'promo']);
      await mailgun.put('unsubscribe', 'bob@example.com', ['*']);

      expect((await all('unsubscribe')).map(({ tags }) => tags)).toEqual([
        ['news', 'promo'],
        undefined,
      ]);
    });

    it('reads addresses and domains of the allowlist', async () => {
      await mailgun.allow('ada@example.com');
      await mailgun.allow('example.org');

      const values = await everything((place) => lists.readAllowlist(DOMAIN, place, deadline()));
      expect([...values].sort()).toEqual(['ada@example.com', 'example.org']);
    });

    it('finds an address on every list it is on', async () => {
      await mailgun.put('bounce', 'ada+x@example.com');
      await mailgun.put('unsubscribe', 'ada+x@example.com', ['news']);

      const entry = { address: 'ada+x@example.com', createdAtMs: CREATED_AT_MS };
      expect(await lists.find(DOMAIN, 'ada+x@example.com', deadline())).toEqual({
        result: 'found',
        entries: { bounce: entry, unsubscribe: { ...entry, tags: ['news'] } },
      });
      expect(await lists.find(DOMAIN, 'bob@example.com', deadline())).toEqual({
        ...{ result: 'found', entries: {} },
      });
    });

    it('removes an address from every list, for every tag, and no other', async () => {
      await mailgun.put('complaint', 'ada@example.com');
      await mailgun.put('unsubscribe', 'ada@example.com', ['news', 'promo']);
      await mailgun.put('unsubscribe', 'bob@example.com');

      expect(await lists.remove(DOMAIN, 'ada@example.com', deadline())).toEqual({
        ...{ result: 'removed', from: ['complaint', 'unsubscribe'] },
      });
      expect(await lists.remove(DOMAIN, 'ada@example.com', deadline())).toEqual({
        ...{ result: 'removed', from: [] },
      });
      expect((await all('unsubscribe')).map(({ address }) => address)).toEqual(['bob@example.com']);
    });

    it('says until when a limit holds', async () => {
      const untilMs = Math.ceil(Date.now() / 1_000) * 1_000 + 20_000;
      await mailgun.limitUntil(untilMs);

      const read = await lists.read({ domain: DOMAIN, reason: 'bounce' }, undefined, deadline());

      expect(read).toMatchObject({ result: 'later', untilMs });
    });

    it('is unreadable with a key that may not', async () => {
      await mailgun.put('complaint', 'ada@example.com');
      await mailgun.forbid('complaint');

      const read = await lists.read({ domain: DOMAIN, reason: 'complaint' }, undefined, deadline());
      expect(read).toMatchObject({ result: 'unreadable' });
      expect(await lists.remove(DOMAIN, 'ada@example.com', deadline())).toMatchObject({
        ...{ result: 'unreadable' },
      });
    });
  });
}
