import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EventsSearch } from '../../../lambdas/adapters/mailgun/events-search';
import { PermanentError, TransientError } from '../../../lambdas/core/errors';
import type { DoubtfulSubmission } from '../../../lambdas/core/submission/acceptance-search';
import { correlationVariables } from '../../../lambdas/core/submission/correlation';
import { InMemorySecrets } from '../../support/fakes/in-memory-secrets';
import { accessTo, DOMAIN, startScriptedApi, type ScriptedApi } from './scripted-api';

const PEPPER = 'test-recipient-pepper';
const MESSAGE_ID = '0123456789abcdef0123456789abcdef@mg.example.com';
const CALLED_AT_MS = Date.UTC(2026, 10, 23, 9, 0, 0);
const SUBMISSION = {
  ...{ accountId: 'acme', campaignId: 'spring-sale', batchId: '000001', path: '/0' },
};
const ABSENT = { result: 'absent' };

let api: ScriptedApi;

beforeEach(async () => {
  api = await startScriptedApi();
  api.respond = () => page([]);
});

afterEach(() => api.stop());

const aDoubt = (about: Partial<DoubtfulSubmission> = {}): DoubtfulSubmission => ({
  ...{ submission: SUBMISSION, messageId: MESSAGE_ID, recipient: 'ada+news@example.com' },
  ...{ fromMs: CALLED_AT_MS, toMs: CALLED_AT_MS + 60_000 },
  ...about,
});

const inTenSeconds = () => Date.now() + 10_000;

function search(about: Partial<DoubtfulSubmission> = {}, secrets = new InMemorySecrets()) {
  return new EventsSearch(accessTo(api.url, secrets)).search(DOMAIN, aDoubt(about), inTenSeconds());
}

/** A page as Mailgun answers it: there is always a link to the next. */
function page(items: readonly unknown[], next = `${api.url}/v3/${DOMAIN}/events/next`) {
  return { body: { items, paging: { previous: next, first: next, last: next, next } } };
}

const anEvent = (messageId: string | undefined, variables: unknown = {}) => ({
  event: 'accepted',
  recipient: 'ada+news@example.com',
  message: messageId === undefined ? {} : { headers: { 'message-id': messageId } },
  'user-variables': variables,
});

const ours = correlationVariables(PEPPER, SUBMISSION);

describe('by message id', () => {
  it('asks for the id without brackets, at any time', async () => {
    await search({ recipient: undefined });

    expect(api.requests).toEqual([
      {
        path: '/v3/mg.example.com/events',
        query: { 'message-id': MESSAGE_ID, limit: '100' },
        key: 'test-api-key',
      },
    ]);
  });

  it.each([
    ['with the id', anEvent(MESSAGE_ID)],
    ['with the id in brackets', anEvent(`<${MESSAGE_ID}>`)],
    ['with the id in other letters', anEvent(MESSAGE_ID.toUpperCase())],
    ['without any id, since that is what was asked for', anEvent(undefined)],
    ['of any kind', { event: 'failed', severity: 'permanent' }],
  ])('takes an event %s for evidence', async (_what, event) => {
    api.respond = () => page([event]);

    expect(await search()).toEqual({ result: 'found', messageId: MESSAGE_ID });
    expect(api.requests).toHaveLength(1);
  });

  it('takes no event under another id for evidence, should the filter fail', async () => {
    api.respond = (_request, call) =>
      call === 1 ? page([anEvent('other@example.com')]) : page([]);

    expect(await search({ recipient: undefined })).toEqual(ABSENT);
  });

  it('finds it behind other pages', async () => {
    const link = (at: number) => `${api.url}/v3/${DOMAIN}/events/W3siYSI6%2F${at}==?and=more`;
    api.respond = (_request, call) =>
      page([anEvent(call === 4 ? MESSAGE_ID : 'other@example.com')], link(call));

    expect(await search()).toMatchObject({ result: 'found' });
    expect(api.requests.slice(1)).toEqual(
      [1, 2, 3].map((at) => ({
        path: `/v3/mg.example.com/events/W3siYSI6%2F${at}==`,
        query: { and: 'more' },
        key: 'test-api-key',
      })),
    );
  });
});

describe("by our variables among a recipient's events", () => {
  const behindTheFirst = (answer: () => ReturnType<typeof page>) => {
    api.respond = ({ query }) => ('message-id' in query ? page([]) : answer());
  };

  it('asks for those of the time around the doubt, in order', async () => {
    await search();

    expect(api.requests).toHaveLength(2);
    expect(api.requests[1]?.query).toEqual({
      recipient: 'ada+news@example.com',
      begin: String(CALLED_AT_MS / 1000 - 600),
      end: String(CALLED_AT_MS / 1000 + 60 + 3600),
      ascending: 'yes',
      limit: '100',
    });
  });

  it('asks nothing without a recipient', async () => {
    expect(await search({ recipient: undefined })).toEqual(ABSENT);
    expect(api.requests).toHaveLength(1);
  });

  it('finds it under the id that Mailgun gave it', async () => {
    behindTheFirst(() =>
      page([anEvent('other@example.com'), anEvent('<own@mg.example.com>', ours)]),
    );

    expect(await search()).toEqual({ result: 'found', messageId: 'own@mg.example.com' });
  });

  it('finds it under no id, and keeps the one it was sent under', async () => {
    behindTheFirst(() => page([anEvent(undefined, ours)]));

    expect(await search()).toEqual({ result: 'found', messageId: MESSAGE_ID });
  });

  it.each<[string, unknown]>([
    ['of another path', correlationVariables(PEPPER, { ...SUBMISSION, path: '/1' })],
    ['of another batch', correlationVariables(PEPPER, { ...SUBMISSION, batchId: '000002' })],
    ['of another campaign', correlationVariables(PEPPER, { ...SUBMISSION, campaignId: 'x' })],
    ['of another account', correlationVariables(PEPPER, { ...SUBMISSION, accountId: 'x' })],
    ['with a forged tag', { ...ours, tag: '0123456789abcdef' }],
    ['with a tag of another key', correlationVariables('another pepper', SUBMISSION)],
    ['that are none', []],
    ['that could not be loaded', 'Could not load user-variables.'],
    ['that are missing', undefined],
  ])('takes no variables %s for evidence', async (_what, variables) => {
    let calls = 0;
    behindTheFirst(() => page((calls += 1) > 1 ? [] : [anEvent('own@mg.example.com', variables)]));

    expect(await search()).toEqual(ABSENT);
  });
});

describe('absent', () => {
  it('ends at an empty page, though it has a link', async () => {
    api.respond = () => page([]);

    expect(await search()).toEqual(ABSENT);
    expect(api.requests.map(({ path }) => path)).toEqual([
      '/v3/mg.example.com/events',
      '/v3/mg.example.com/events',
    ]);
  });

  it('ends at an empty page without a link', async () => {
    api.respond = () => ({ body: { items: [] } });

    expect(await search()).toEqual(ABSENT);
  });

  it.each<[string, unknown]>([
    ['no JSON', '<html>ok</html>'],
    ['cut', '{"items":[{"event":"acc'],
    ['empty', ''],
    ['a list', []],
    ['without items', { paging: {} }],
    ['with items that are none', { items: 'none' }],
    ['with items in an object', { items: {} }],
    ['with an item that is no event', { items: [7], paging: {} }],
    ['with an item that is null', { items: [null], paging: {} }],
    ['of a wrong address of the API', 'Mailgun Magnificent API'],
    ['with a prototype', '{"__proto__":{"items":[]}}'],
  ])('is not said of a body that is %s', async (_what, body) => {
    api.respond = () => ({ body });

    expect(await search()).toEqual({
      ...{ result: 'later', untilMs: undefined, reason: 'no page of events' },
    });
  });

  it('is not said of a body longer than what is read of one', async () => {
    api.respond = () => page([{ ...anEvent('other@example.com'), junk: 'x'.repeat(2_000_000) }]);

    expect(await search()).toMatchObject({ result: 'later', reason: 'no page of events' });
  });

  it('is not said where the second search is not answered', async () => {
    api.respond = ({ query }) => ('message-id' in query ? page([]) : { status: 500 });

    expect(await search()).toMatchObject({ result: 'later' });
  });
});

describe('links', () => {
  let elsewhere: ReturnType<typeof createServer>;
  let visits: number;

  beforeEach(async () => {
    visits = 0;
    elsewhere = createServer((_request, response) => {
      visits += 1;
      response.end(JSON.stringify({ items: [anEvent(MESSAGE_ID)] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => {
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  it.each<[string, (own: string, other: string) => unknown]>([
    ['another port', (_own, other) => `${other}/v3/mg.example.com/events/x`],
    [
      'another host',
      (own) => `${own.replace('127.0.0.1', 'localhost')}/v3/mg.example.com/events/x`,
    ],
    ['another protocol', (own) => `${own.replace('http', 'https')}/v3/mg.example.com/events/x`],
    [
      'a host behind ours as a user',
      (own, other) => `${own}@${new URL(other).host}/v3/mg.example.com/events/x`,
    ],
    [
      'a host without a protocol',
      (_own, other) => `//${new URL(other).host}/v3/mg.example.com/events`,
    ],
    ["another domain's events", (own) => `${own}/v3/other.example.com/events/x`],
    ['a path that only begins alike', (own) => `${own}/v3/mg.example.com/events-of-others`],
    ['a path that leads out', (own) => `${own}/v3/mg.example.com/events/../../../v5/keys`],
    ['a path that leads out in disguise', (own) => `${own}/v3/mg.example.com/events/%2e%2e/keys`],
    ['a program', () => 'javascript:alert(1)'],
    ['a file', () => 'file:///etc/passwd'],
    ['a path alone', () => '/v3/mg.example.com/events/x'],
    ['nothing', () => ''],
    ['no text', () => ({ href: 'x' })],
    ['nowhere', () => undefined],
  ])('are not followed to %s', async (_where, linkTo) => {
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const next = linkTo(api.url, other);
    api.respond = () => ({ body: { items: [anEvent('a@example.com')], paging: { next } } });

    expect(await search()).toEqual({
      ...{ result: 'later', untilMs: undefined, reason: 'no way to the next page' },
    });
    expect(visits).toBe(0);
    expect(api.requests).toHaveLength(1);
  });

  it('take no user or password along', async () => {
    const next = `${api.url.replace('http://', 'http://eve:secret@')}/v3/${DOMAIN}/events/x`;
    api.respond = (_request, call) => page(call === 1 ? [anEvent('a@example.com')] : [], next);

    expect(await search({ recipient: undefined })).toEqual(ABSENT);
    expect(api.requests.map(({ key }) => key)).toEqual(['test-api-key', 'test-api-key']);
  });

  it('are not followed in a circle', async () => {
    api.respond = (_request, call) =>
      page([anEvent('a@example.com')], `${api.url}/v3/${DOMAIN}/events/${call % 3}`);

    expect(await search()).toMatchObject({ result: 'later', reason: 'no way to the next page' });
    expect(api.requests).toHaveLength(4);
  });

  it('are followed for two hundred pages of ten thousand', async () => {
    api.respond = (_request, call) =>
      page(
        call < 10_000 ? [anEvent('a@example.com')] : [],
        `${api.url}/v3/${DOMAIN}/events/${call}`,
      );

    expect(await search()).toMatchObject({ result: 'later', reason: 'more than 200 pages' });
    expect(api.requests).toHaveLength(200);
  });

  it('are followed under an API that has a path of its own', async () => {
    const events = `${api.url}/proxy/v3/${DOMAIN}/events`;
    api.respond = (_request, call) =>
      page([anEvent(call === 2 ? MESSAGE_ID : 'a@example.com')], `${events}/x`);

    const found = await new EventsSearch(accessTo(`${api.url}/proxy`)).search(
      ...([DOMAIN, aDoubt(), inTenSeconds()] as const),
    );

    expect(found).toMatchObject({ result: 'found' });
    expect(api.requests[1]?.path).toBe('/proxy/v3/mg.example.com/events/x');
  });
});

describe('later', () => {
  const LIMIT = 'Domain mg.example.com is not allowed to send: request limit exceeded';

  it.each([
    [429, { message: `${LIMIT}, try again after Mon, 23 Nov 2099 10:00:00 UTC` }],
    [420, { message: LIMIT }],
    [400, { message: 'account-requests-per-sec limit exceeded' }],
    [403, { message: 'You are sending too fast.' }],
    [429, 'no JSON'],
    [408, 'Request Timeout'],
    [500, { message: 'Internal Server Error' }],
    [502, '<html>Bad Gateway</html>'],
    [503, ''],
    [301, ''],
    [204, ''],
  ])('is the answer to %i %j', async (status, body) => {
    api.respond = () => ({ status, body });

    expect(await search()).toEqual({
      ...{ result: 'later', untilMs: undefined, reason: `${status} from the events API` },
    });
    expect(api.requests).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['seconds', { body: { message: 'limit exceeded, try again after 120 seconds' } }],
    [
      'a date',
      {
        body: {
          message: `${LIMIT}, try again after ${new Date(Date.now() + 120_000).toUTCString().replace('GMT', 'UTC')}`,
        },
      },
    ],
    ['a header', { headers: { 'retry-after': '120' } }],
  ])('tells until when, where Mailgun does: %s', async (_how, answer) => {
    api.respond = () => ({ status: 429, ...answer });
    const beforeMs = Date.now();

    const found = await search();

    expect(found.result).toBe('later');
    const { untilMs = 0 } = found as { untilMs?: number };
    expect(untilMs).toBeGreaterThanOrEqual(beforeMs + 100_000);
    expect(untilMs).toBeLessThanOrEqual(Date.now() + 121_000);
  });

  it.each([400, 410])(
    'is the answer to %i for a further page: its link grew old',
    async (status) => {
      api.respond = (_request, call) =>
        call === 1
          ? page([anEvent('a@example.com')])
          : { status, body: { message: 'no such page' } };

      expect(await search()).toMatchObject({ result: 'later' });
    },
  );

  it('is the answer to a lost connection', async () => {
    api.serve = (_response, request) => request.socket.resetAndDestroy();

    expect(await search()).toMatchObject({ result: 'later', reason: 'ECONNRESET' });
    expect(api.requests).toHaveLength(1);
  });

  it('is the answer to a name that does not resolve', async () => {
    const nowhere = new EventsSearch(accessTo('http://no-such-host.invalid'));

    expect(await nowhere.search(DOMAIN, aDoubt(), inTenSeconds())).toMatchObject({
      result: 'later',
    });
  });

  it('is the answer to silence, in time', async () => {
    api.respond = () => undefined;
    const startedAtMs = Date.now();

    const found = await new EventsSearch(accessTo(api.url)).search(
      ...([DOMAIN, aDoubt(), startedAtMs + 200] as const),
    );

    expect(found).toEqual({ result: 'later', untilMs: undefined, reason: 'timeout' });
  });

  it('is the answer where the time is up already, and nobody is asked', async () => {
    const found = await new EventsSearch(accessTo(api.url)).search(DOMAIN, aDoubt(), Date.now());

    expect(found).toMatchObject({ result: 'later', reason: 'out of time' });
    expect(api.requests).toHaveLength(0);
  });

  it('is the answer where the time is up between two pages', async () => {
    let nowMs = 0;
    api.respond = (_request, call) => {
      nowMs += 400;
      return page([anEvent('a@example.com')], `${api.url}/v3/${DOMAIN}/events/${call}`);
    };
    // The clock jumps with every page; only the transport goes by the real one.
    const access = { ...accessTo(api.url), clock: () => (nowMs < 1_000 ? 0 : Infinity) };

    const found = await new EventsSearch(access).search(DOMAIN, aDoubt(), inTenSeconds());

    expect(found).toMatchObject({ result: 'later', reason: 'out of time' });
    expect(api.requests).toHaveLength(3);
  });

  it('is the answer while the secret can not be read', async () => {
    const secrets = new InMemorySecrets();
    secrets.fault = new TransientError('secrets are down');

    expect(await search({}, secrets)).toEqual({
      ...{ result: 'later', untilMs: undefined, reason: 'the secret can not be read' },
    });
  });
});

describe('unreadable', () => {
  it.each([
    [401, 'Forbidden'],
    [402, ''],
    [403, { message: 'Forbidden: ada@example.com may not' }],
    [404, { message: 'Domain not found: mg.example.com' }],
    [400, { message: 'begin is out of range' }],
    [410, ''],
  ])('is the answer to %i %j', async (status, body) => {
    api.respond = () => ({ status, body });

    expect(await search()).toEqual({
      ...{ result: 'unreadable', reason: `${status} from the events API` },
    });
  });

  it('is the answer to a key that loses its right between two pages', async () => {
    api.respond = (_request, call) =>
      call === 1 ? page([anEvent('a@example.com')]) : { status: 403, body: 'Forbidden' };

    expect(await search()).toMatchObject({ result: 'unreadable' });
  });

  it('is the answer where the secret holds no key for the domain', async () => {
    const secrets = new InMemorySecrets({ apiKeys: { 'other.example.com': 'k' } });

    expect(await search({}, secrets)).toMatchObject({ result: 'unreadable' });
    expect(api.requests).toHaveLength(0);
  });
});

describe('a rotated key', () => {
  it('is read once, and the question asked again with the new one', async () => {
    const secrets = new InMemorySecrets({ apiKeys: { default: 'old' } });
    secrets.stored = { ...secrets.stored, apiKeys: { default: 'new' } };
    api.respond = ({ key }) =>
      key === 'new' ? page([anEvent(MESSAGE_ID)]) : { status: 401, body: 'Forbidden' };

    expect(await search({}, secrets)).toMatchObject({ result: 'found' });
    expect(api.requests.map(({ key }) => key)).toEqual(['old', 'new']);
  });

  it.each([
    ['it is the same', { default: 'old' }],
    ['there is none any more', {}],
  ])('asks nothing again where %s', async (_what, apiKeys) => {
    const secrets = new InMemorySecrets({ apiKeys: { default: 'old' } });
    secrets.stored = { ...secrets.stored, apiKeys };
    api.respond = () => ({ status: 401, body: 'Forbidden' });

    expect(await search({}, secrets)).toMatchObject({ result: 'unreadable' });
    expect(secrets.refreshes).toBe(1);
    expect(api.requests).toHaveLength(1);
  });

  it('is tried once, and no more', async () => {
    const secrets = new InMemorySecrets({ apiKeys: { default: 'old' } });
    secrets.stored = { ...secrets.stored, apiKeys: { default: 'new' } };
    api.respond = () => ({ status: 401, body: 'Forbidden' });

    expect(await search({}, secrets)).toMatchObject({ result: 'unreadable' });
    expect(api.requests).toHaveLength(2);
  });
});

it('tells neither key nor address, whatever the answer echoes', async () => {
  for (const status of [400, 403, 429, 500]) {
    api.respond = () => ({ status, body: { message: 'ada+news@example.com test-api-key' } });

    expect(JSON.stringify(await search())).not.toMatch(/ada\+|@|test-api-key/);
  }
});

it('rejects for a domain that is not configured, and asks nobody', async () => {
  const eventsSearch = new EventsSearch(accessTo(api.url));

  for (const domain of ['other.example.com', 'constructor', '__proto__']) {
    await expect(eventsSearch.search(domain, aDoubt(), inTenSeconds())).rejects.toThrow(
      PermanentError,
    );
  }
  expect(api.requests).toHaveLength(0);
});
