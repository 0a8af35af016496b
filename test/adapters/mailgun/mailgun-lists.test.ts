import { MailgunLists } from '../../../lambdas/adapters/mailgun/mailgun-lists';
import { InMemorySecrets } from '../../support/fakes/in-memory-secrets';
import { accessTo, DOMAIN, startScriptedApi, type ScriptedApi } from './scripted-api';

let api: ScriptedApi;

beforeEach(async () => {
  api = await startScriptedApi();
});

afterEach(() => api.stop());

const inTenSeconds = () => Date.now() + 10_000;
const lists = (secrets = new InMemorySecrets(), url = api.url) =>
  new MailgunLists(accessTo(url, secrets));
const bounces = { domain: DOMAIN, reason: 'bounce' } as const;
const BOUNCES = `/v3/${DOMAIN}/bounces`;

const anEntry = (created_at: unknown = 'Fri, 21 Oct 2011 11:02:55 GMT') => ({
  ...{ address: 'Ada@Example.com', code: '550', error: 'No such mailbox', created_at },
});

const page = (items: readonly unknown[], paging: object = {}) => ({ body: { items, paging } });

const read = (place?: string) => lists().read(bounces, place, inTenSeconds());

it('asks for as many entries as Mailgun gives, and then for what its link says', async () => {
  const next = `${api.url}${BOUNCES}?page=next&address=ada%40example.com&limit=1000`;
  api.respond = () => page([anEntry()], { next, last: `${api.url}${BOUNCES}?page=last` });

  const first = await read();
  expect(first).toMatchObject({ next: next.slice(api.url.length) });
  await read('next' in first ? first.next : '');

  expect(api.requests).toMatchObject([
    { path: BOUNCES, query: { limit: '1000' } },
    { path: BOUNCES, query: { page: 'next', address: 'ada@example.com', limit: '1000' } },
  ]);
});

it.each([
  ['GMT', 'Fri, 21 Oct 2011 11:02:55 GMT'],
  ['UTC', 'Fri, 21 Oct 2011 11:02:55 UTC'],
])('reads a date in %s', async (_zone, date) => {
  api.respond = () => page([anEntry(date)]);

  expect(await read()).toEqual({
    ...{ result: 'page', next: undefined },
    entries: [{ address: 'Ada@Example.com', createdAtMs: Date.UTC(2011, 9, 21, 11, 2, 55) }],
  });
});

it.each([['yesterday, more or less'], [undefined], [1_319_194_975]])(
  'takes over an entry whose date nobody can read: %s',
  async (date) => {
    api.respond = () => page([{ ...anEntry(), created_at: date }]);

    expect(await read()).toMatchObject({ entries: [{ createdAtMs: undefined }] });
  },
);

describe('the end of a list', () => {
  const self = `${BOUNCES}?page=last&limit=1000`;

  it.each([
    ['an empty page without a link', [], {}],
    ['an empty page whose link leads to itself', [], { next: `{{api}}${self}` }],
    ['an empty page whose link leads elsewhere', [], { next: 'https://api.example.com/v3/' }],
    ['a page without a link', [anEntry()], {}],
    ['a page whose link leads to itself', [anEntry()], { next: `{{api}}${self}` }],
  ])('is %s', async (_what, items, paging) => {
    const links = JSON.parse(JSON.stringify(paging).replace('{{api}}', api.url)) as object;
    api.respond = () => page(items, links);

    expect(await read(self)).toMatchObject({ result: 'page', next: undefined });
  });

  it('is a second empty page in a row, not the first: behind a gap there may be more', async () => {
    const next = (at: number) => ({ next: `${api.url}${BOUNCES}?at=${at}` });
    const pages = [page([], next(1)), page([anEntry()], next(2))];
    api.respond = () => pages.shift() ?? page([], next(3 + api.requests.length));

    const behindTheGap = await read();
    expect(behindTheGap).toMatchObject({ entries: [{}], next: `${BOUNCES}?at=2` });
    expect(await read(`${BOUNCES}?at=2`)).toEqual({
      ...{ result: 'page', entries: [], next: undefined },
    });
    expect(api.requests.map(({ query }) => query['at'])).toEqual([undefined, '1', '2', '6']);
  });

  it.each([
    ['another host', 'https://api.example.com/v3/mg.example.com/bounces?page=next'],
    ['another domain', '{{api}}/v3/mg.example.org/bounces?page=next'],
    ['another list', '{{api}}/v3/mg.example.com/complaints?page=next'],
    ['a path that only begins alike', '{{api}}/v3/mg.example.com/bounces-of-others'],
    ['no address', 'next please'],
  ])('is not a link to %s, which the key is not sent to', async (_what, link) => {
    api.respond = () => page([anEntry()], { next: link.replace('{{api}}', api.url) });

    expect(await read()).toMatchObject({ result: 'later', reason: 'no way to the next page' });
    expect(api.requests).toHaveLength(1);
  });

  it.each([
    ['an entry without an address', { items: [anEntry(), { code: '550' }] }],
    ['an entry that is a text', { items: ['ada@example.com'] }],
    ['no items', { paging: {} }],
    ['no JSON', '<html>'],
  ])('is not a page with %s: it is read again later', async (_what, body) => {
    api.respond = () => ({ body });

    expect(await read()).toMatchObject({ result: 'later' });
  });
});

it('asks for fewer entries where a page is too long', async () => {
  const long = { ...anEntry(), error: 'x'.repeat(1_100) };
  api.respond = ({ query }) => page(Array.from({ length: Number(query['limit']) }, () => long));

  const part = await read();

  expect(part).toMatchObject({ result: 'page' });
  expect(api.requests.map(({ query }) => query['limit'])).toEqual(['1000', '100']);
});

it.each([
  ['tags', { tags: ['News', 'promo', 'news'] }, ['news', 'promo']],
  ['every tag', { tags: ['promo', '*'] }, undefined],
  ['no tags', { tags: [] }, undefined],
  ['what are no tags', { tags: [1, 'promo'] }, undefined],
  ['what is no list', { tags: 'promo' }, undefined],
  ['too many tags', { tags: Array.from({ length: 21 }, (_, at) => `t${at}`) }, undefined],
])('limits an unsubscribe by %s', async (_what, fields, expected) => {
  api.respond = () => page([{ ...anEntry(), ...fields }]);

  const part = await lists().read(
    { domain: DOMAIN, reason: 'unsubscribe' },
    ...[undefined, inTenSeconds()],
  );

  expect('entries' in part ? part.entries[0]?.tags : 'none').toEqual(expected);
});

describe('an answer that is no success', () => {
  it.each([
    [401, 'unreadable'],
    [402, 'unreadable'],
    [403, 'unreadable'],
    [404, 'unreadable'],
    [400, 'unreadable'],
    [408, 'later'],
    [420, 'later'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
    [302, 'later'],
  ])('%i is %s', async (status, result) => {
    api.respond = () => ({ status, body: { message: 'no' } });

    expect(await read()).toMatchObject({ result, reason: `${status} from the suppressions API` });
  });

  it('obeys Retry-After', async () => {
    api.respond = () => ({ status: 429, headers: { 'retry-after': '120' }, body: {} });

    const part = await read();

    const waitMs = ('untilMs' in part ? (part.untilMs ?? 0) : 0) - Date.now();
    expect(Math.abs(waitMs - 120_000)).toBeLessThan(5_000);
  });

  it('is a fault where there is none', async () => {
    const part = await lists(undefined, 'http://127.0.0.1:9').read(
      bounces,
      ...[undefined, inTenSeconds()],
    );

    expect(part).toMatchObject({ result: 'later', reason: 'ECONNREFUSED' });
  });

  it('is said of a domain without a key', async () => {
    const part = await lists(new InMemorySecrets({ apiKeys: {} })).read(
      bounces,
      ...[undefined, inTenSeconds()],
    );

    expect(part).toMatchObject({ result: 'unreadable' });
  });

  it('is not waited for when there is no time', async () => {
    expect(await lists().read(bounces, undefined, Date.now() - 1)).toMatchObject({
      ...{ result: 'later', reason: 'out of time' },
    });
    expect(api.requests).toEqual([]);
  });
});

describe('removing', () => {
  const remove = () => lists().remove(DOMAIN, 'ada+x@example.com', inTenSeconds());

  it('takes the three sentences of absence for what they are', async () => {
    const sentences = [
      'Address not found in bounces table',
      'No spam complaints found for this address',
      'Address not found in unsubscribers table',
    ];
    api.respond = () => ({ status: 404, body: { message: sentences.shift() } });

    expect(await remove()).toEqual({ result: 'removed', from: [] });
    expect(api.requests.map(({ path }) => decodeURIComponent(path))).toEqual(
      ['bounces', 'complaints', 'unsubscribes'].map(
        (list) => `/v3/${DOMAIN}/${list}/ada+x@example.com`,
      ),
    );
  });

  it.each([
    ['a domain Mailgun does not know', { message: `Domain not found: ${DOMAIN}` }],
    ['a path that is none', '404 page not found'],
  ])('does not take 404 for an absence where it is %s', async (_what, body) => {
    api.respond = () => ({ status: 404, body });

    expect(await remove()).toMatchObject({ result: 'unreadable' });
  });

  it('stops at the first list that it is not removed from', async () => {
    api.respond = ({ path }) =>
      path.includes('complaints') ? { status: 503, body: {} } : { body: { message: 'removed' } };

    expect(await remove()).toMatchObject({
      result: 'later',
      reason: '503 from the suppressions API',
    });
    expect(api.requests).toHaveLength(2);
  });

  it('finds nothing in an answer that is no entry', async () => {
    api.respond = () => ({ body: 'Mailgun Magnificent API' });

    expect(await lists().find(DOMAIN, 'ada@example.com', inTenSeconds())).toMatchObject({
      ...{ result: 'later', reason: 'no entry of a list' },
    });
  });
});
