import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PermanentError } from '../../lambdas/core/errors';
import { readSample, plain, writeSample } from './sample-items';
import { MESSAGE_KINDS } from './sample-messages';
import { Stores, TABLES, type RawItem, type RawItems } from './stores';

const FIXTURES = join(__dirname, 'fixtures');

const fixture = (version: string, name: string): unknown =>
  JSON.parse(readFileSync(join(FIXTURES, version, name), 'utf8'));

type Messages = Readonly<Record<string, { readonly body: object; readonly meaning: unknown }>>;

/** Members of one value that another one does not have, or has another value for; by their paths. */
function missingFrom(found: unknown, wanted: unknown, path = ''): string[] {
  if (typeof wanted !== 'object' || wanted === null) return found === wanted ? [] : [path];
  if (typeof found !== 'object' || found === null) return [path];
  return Object.entries(wanted).flatMap(([name, value]) =>
    missingFrom((found as Record<string, unknown>)[name], value, `${path}/${name}`),
  );
}

const nameOf = ({ pk, sk }: RawItem): string => JSON.stringify([pk, sk]);

describe.each(readdirSync(FIXTURES))('what %s wrote', (version) => {
  const messages = fixture(version, 'messages.json') as Messages;

  it.each(Object.entries(messages))(
    'is understood today as it was then: %s message',
    (kind, { body, meaning }) => {
      expect(plain(MESSAGE_KINDS[kind]?.read(JSON.stringify(body)))).toEqual(meaning);
    },
  );

  it.each(Object.entries(messages))(
    'is what is written today, but for members that are new: %s message',
    (kind, { body }) => {
      const today: unknown = JSON.parse(MESSAGE_KINDS[kind]?.write() ?? '{}');

      expect(missingFrom(today, body)).toEqual([]);
    },
  );

  it('is understood today as it was then: every item of every table', async () => {
    const stores = await Stores.create();
    await stores.put(fixture(version, 'items.json') as RawItems);

    expect(missingFrom(await readSample(stores), fixture(version, 'items.meaning.json'))).toEqual(
      [],
    );
  });

  it('is what is stored today, but for attributes that are new: every item of every table', async () => {
    const stores = await Stores.create();
    await writeSample(stores);

    const today = await stores.items();
    const then = fixture(version, 'items.json') as RawItems;
    for (const table of TABLES) {
      const byName = new Map(today[table].map((item) => [nameOf(item), item]));
      for (const item of then[table]) {
        expect([table, nameOf(item), missingFrom(byName.get(nameOf(item)), item)]).toEqual([
          ...[table, nameOf(item), []],
        ]);
      }
    }
  });
});

describe('what a version after this one writes', () => {
  it.each(Object.entries(MESSAGE_KINDS))(
    'is refused with a reason, never dropped: %s message',
    (_kind, { write, read }) => {
      const newer = { ...(JSON.parse(write()) as object), version: 2, v: 2 };

      expect(() => read(JSON.stringify(newer))).toThrow(PermanentError);
    },
  );

  it('fails closed until the code is there that reads it: an item', async () => {
    const stores = await Stores.create();
    await writeSample(stores);
    const items = await stores.items();
    const newer = Object.fromEntries(
      TABLES.map((table) => [table, items[table].map((item) => ({ ...item, v: { N: '99' } }))]),
    ) as unknown as RawItems;
    await stores.put(newer);

    const { controls, books } = stores.adapters;
    const campaign = { accountId: 'acme', campaignId: 'spring-sale' };
    await expect(controls.campaign(campaign)).rejects.toThrow();
    await expect(
      (async () => {
        for await (const batch of books.read(campaign)) expect(batch).toBeUndefined();
      })(),
    ).rejects.toThrow();
  });
});
