import {
  startLaboratory,
  stopLaboratories,
  type AnswerJson,
  type EventView,
  type Laboratory,
} from './api-client';

const PEOPLE = Array.from({ length: 10 }, (_, index) => `click-${String(index)}@example.com`);

afterEach(stopLaboratories);

async function withEvents(): Promise<{ mailgun: Laboratory; id: string; total: number }> {
  const mailgun = await startLaboratory({ domains: ['mg.example.com', 'other.example.com'] });
  const id = await mailgun.mail(PEOPLE, [
    ['v:batch', 'acme/spring/1'],
    ['o:tag', 'Spring'],
  ]);
  await mailgun.mail(['bounce-1@example.com']);
  await mailgun.settle();
  const total = (await mailgun.call('GET', '/v3/mg.example.com/events?limit=300')).json.items
    .length;
  return { mailgun, id, total };
}

async function walk(mailgun: Laboratory, path: string): Promise<EventView[][]> {
  const pages: EventView[][] = [];
  for (let next = path; pages.length < 100;) {
    const { items, paging } = (await mailgun.call('GET', next)).json;
    expect(Object.keys(paging).sort()).toEqual(['first', 'last', 'next', 'previous']);
    pages.push(items);
    if (items.length === 0) break;
    next = paging.next;
  }
  return pages;
}

it.each(['yes', 'no'])(
  'pages through everything once, ascending=%s, to an empty last page',
  async (ascending) => {
    const { mailgun, total } = await withEvents();

    const pages = await walk(mailgun, `/v3/mg.example.com/events?limit=7&ascending=${ascending}`);

    const seen = pages.flat();
    expect(total).toBeGreaterThan(40);
    expect(seen).toHaveLength(total);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(total);
    expect(pages.at(-1)).toEqual([]);
    const times = seen.map(({ timestamp }) => timestamp);
    const sorted = [...times].sort((a, b) => (ascending === 'yes' ? a - b : b - a));
    expect(times).toEqual(sorted);
  },
);

it('shows later events behind the link of the empty page', async () => {
  const { mailgun } = await withEvents();
  let next = '/v3/mg.example.com/events?ascending=yes&limit=300';
  for (let found = 1; found > 0;) {
    const { items, paging } = (await mailgun.call('GET', next)).json;
    found = items.length;
    next = paging.next;
  }

  await mailgun.mail(['deliver-9@example.com']);
  await mailgun.settle();

  const { items } = (await mailgun.call('GET', next)).json;
  expect(items.map(({ event }) => event)).toEqual(['accepted', 'delivered']);
});

it('leads back to the page before, to the first and to the last', async () => {
  const { mailgun } = await withEvents();
  const first = (await mailgun.call('GET', '/v3/mg.example.com/events?limit=5')).json;
  const second = (await mailgun.call('GET', first.paging.next)).json;
  const ids = (page: AnswerJson) => page.items.map(({ id }) => id);

  const back = (await mailgun.call('GET', second.paging.previous)).json;
  const again = (await mailgun.call('GET', second.paging.first)).json;
  const last = (await mailgun.call('GET', second.paging.last)).json;

  expect(ids(back).reverse()).toEqual(ids(first));
  expect(ids(again)).toEqual(ids(first));
  expect(last.items[0]?.event).toBe('accepted');
});

it.each([
  ['event=clicked', 'clicked'],
  ['event=failed&severity=permanent', 'failed'],
  ['event=clicked OR failed', 'clicked,failed'],
  ['event=NOT opened AND NOT clicked', 'accepted,delivered,failed'],
  ['recipient=BOUNCE-1@example.com', 'accepted,failed'],
  ['tags=spring&event=delivered', 'delivered'],
  ['subject=News&event=accepted', 'accepted'],
  ['event=accepted&event=failed', 'accepted,failed'],
])('finds by %s', async (query, expected) => {
  const { mailgun } = await withEvents();

  const { items } = (await mailgun.call('GET', `/v3/mg.example.com/events?limit=300&${query}`))
    .json;

  expect([...new Set(items.map(({ event }) => event))].sort().join()).toBe(expected);
});

it('finds by message id without angle brackets only', async () => {
  const { mailgun, id } = await withEvents();
  const find = async (text: string) =>
    (
      await mailgun.call(
        'GET',
        `/v3/mg.example.com/events?limit=300&message-id=${encodeURIComponent(text)}`,
      )
    ).json.items;

  const found = await find(id);

  expect(new Set(found.map(({ recipient }) => recipient)).size).toBe(10);
  expect(
    found.every((event) => JSON.stringify(event['user-variables']) === '{"batch":"acme/spring/1"}'),
  ).toBe(true);
  expect(await find(`<${id}>`)).toEqual([]);
});

it('finds by time in either direction', async () => {
  const { mailgun, total } = await withEvents();
  const all = (await mailgun.call('GET', '/v3/mg.example.com/events?limit=300&ascending=yes')).json
    .items;
  const [begin, end] = [all[5]!.timestamp, all[15]!.timestamp];
  const ids = async (query: string) =>
    (await mailgun.call('GET', `/v3/mg.example.com/events?limit=300&${query}`)).json.items.map(
      ({ id }) => id,
    );
  const expected = all.slice(5, 16).map(({ id }) => id);

  expect(await ids(`begin=${begin}&end=${end}`)).toEqual(expected);
  expect(await ids(`begin=${end}&end=${begin}`)).toEqual([...expected].reverse());
  expect(await ids(`begin=${begin}&ascending=yes`)).toHaveLength(total - 5);
  expect(await ids(`begin=${begin}&ascending=no`)).toHaveLength(6);
  expect(await mailgun.call('GET', `/v3/mg.example.com/events?begin=${begin}`)).toMatchObject({
    status: 400,
  });
});

it('gives at most 300 a page', async () => {
  const mailgun = await startLaboratory();
  await mailgun.mail(
    Array.from({ length: 400 }, (_, index) => `deliver-${String(index)}@example.com`),
  );

  expect(
    (await mailgun.call('GET', '/v3/mg.example.com/events?limit=1000')).json.items,
  ).toHaveLength(300);
});

it("does not show another domain's events", async () => {
  const { mailgun } = await withEvents();

  expect((await mailgun.call('GET', '/v3/other.example.com/events')).json.items).toEqual([]);
});

it('shows an event only after a while, some later than others', async () => {
  const mailgun = await startLaboratory({ eventsDelayMs: 60_000 });
  await mailgun.mail(
    Array.from({ length: 100 }, (_, index) => `deliver-${String(index)}@example.com`),
  );
  await mailgun.settle();

  const { items } = (await mailgun.call('GET', '/v3/mg.example.com/events?limit=300')).json;

  expect(items.length).toBeLessThan(50);
  expect(mailgun.books().total.outcomes.delivered).toBe(100);
});

describe('logs', () => {
  const search = (mailgun: Laboratory, body: object) =>
    mailgun.call('POST', '/v1/analytics/logs', { body: JSON.stringify(body) });

  it('find by attributes, and write events their own way', async () => {
    const { mailgun, id } = await withEvents();

    const { json } = await search(mailgun, {
      events: ['delivered'],
      filter: {
        AND: [
          {
            attribute: 'domain',
            comparator: '=',
            values: [{ label: 'mg.example.com', value: 'mg.example.com' }],
          },
          { attribute: 'message-id', comparator: '=', values: [{ value: id }] },
        ],
      },
      pagination: { sort: 'timestamp:asc', limit: 100 },
    });

    expect(json.items).toHaveLength(10);
    expect(json.items[0]).toMatchObject({ 'user-variables': '{"batch":"acme/spring/1"}' });
    expect(json.items[0]?.['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(json.items[0]?.storage.url).toHaveLength(1);
  });

  it('page by token', async () => {
    const { mailgun, total } = await withEvents();
    let seen = 0;
    let token: string | undefined;
    for (let count = 1; count > 0; seen += count) {
      const { json } = await search(mailgun, { pagination: { limit: 9, ...(token && { token }) } });
      count = json.items.length;
      token = json.pagination.next;
    }

    expect(seen).toBe(total);
  });

  it('refuse what they do not know', async () => {
    const { mailgun } = await withEvents();
    const body = { filter: { AND: [{ attribute: 'colour', values: [{ value: 'red' }] }] } };

    expect((await search(mailgun, body)).status).toBe(400);
  });
});
