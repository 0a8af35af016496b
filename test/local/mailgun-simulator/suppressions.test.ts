import {
  formOf,
  startLaboratory,
  stopLaboratories,
  type Field,
  type Laboratory,
} from './api-client';

let mailgun: Laboratory;

beforeEach(async () => {
  mailgun = await startLaboratory({ domains: ['mg.example.com', 'other.example.com'] });
});
afterEach(stopLaboratories);

const path = (list: string, address = '') =>
  `/v3/mg.example.com/${list}${address && `/${address}`}`;
const post = (list: string, fields: readonly Field[]) =>
  mailgun.call('POST', path(list), { body: formOf(fields) });
const postMany = (list: string, entries: readonly object[]) => {
  const authorization = `Basic ${btoa('api:local-mailgun-api-key')}`;
  return mailgun.call('POST', path(list), {
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(entries),
  });
};

it.each([
  ['bounces', 605, 'suppress-bounce', 'Not delivering to previously bounced address'],
  ['unsubscribes', 606, 'suppress-unsubscribe', 'Not delivering to unsubscribed address'],
  [
    'complaints',
    607,
    'suppress-complaint',
    'Not delivering to a user who marked your messages as spam',
  ],
])('accepts who is on %s, and then fails with %d', async (list, code, reason, description) => {
  await post(list, [['address', 'Ada@example.com']]);

  await mailgun.mail(['ada@example.com', 'deliver-1@example.com'], [['v:batch', 'acme/spring/1']]);
  await mailgun.settle();

  const { items } = (
    await mailgun.call('GET', '/v3/mg.example.com/events?recipient=ada@example.com')
  ).json;
  expect(items.map(({ event }) => event)).toEqual(['failed', 'accepted']);
  expect(items[0]).toMatchObject({
    severity: 'permanent',
    reason,
    'delivery-status': { code, description },
  });
  expect(mailgun.books().campaigns['acme/spring']).toMatchObject({
    accepted: 2,
    suppressed: 1,
    emails: { total: 1 },
    outcomes: { delivered: 1, failed: 1, bounced: 0 },
  });
});

it.each([
  ['bounce', 'bounces', 'suppressedBounce'],
  ['late-bounce', 'bounces', 'suppressedBounce'],
  ['complain', 'complaints', 'suppressedComplaint'],
  ['unsubscribe', 'unsubscribes', 'suppressedUnsubscribe'],
])('puts who does a %s on the list of %s', async (word, list) => {
  await mailgun.mail([`${word}-1@example.com`]);
  await mailgun.settle();

  expect((await mailgun.call('GET', path(list, `${word}-1@example.com`))).status).toBe(200);
});

it.each(['full', 'block', 'block-list', 'policy', 'too-old', 'defer'])(
  'puts nobody on a list for a %s',
  async (word) => {
    await mailgun.mail([`${word}-1@example.com`]);
    await mailgun.settle();

    const lists = await Promise.all(
      ['bounces', 'complaints', 'unsubscribes'].map((list) => mailgun.call('GET', path(list))),
    );
    expect(lists.map(({ json }) => json.items)).toEqual([[], [], []]);
  },
);

it('keeps lists by domain', async () => {
  await post('bounces', [['address', 'ada@example.com']]);

  expect((await mailgun.call('GET', '/v3/other.example.com/bounces')).json.items).toEqual([]);
});

it('suppresses a tag-scoped unsubscribe for that tag only, until it is removed', async () => {
  await post('unsubscribes', [
    ['address', 'deliver-1@example.com'],
    ['tag', 'news'],
  ]);
  const emails = async (tag: string) => {
    await mailgun.mail(['deliver-1@example.com'], [['o:tag', tag]]);
    return mailgun.books().total.emails.total;
  };

  expect(await emails('offers')).toBe(1);
  expect(await emails('news')).toBe(1);
  const gone = await mailgun.call(
    'DELETE',
    `${path('unsubscribes', 'deliver-1@example.com')}?tag=offers`,
  );
  expect(gone).toMatchObject({
    status: 404,
    json: { message: 'Unsubscribe event for this tag does not exist' },
  });
  await mailgun.call('DELETE', `${path('unsubscribes', 'deliver-1@example.com')}?tag=news`);
  expect(await emails('news')).toBe(2);
});

it('keeps who is on the allow list off the list of bounces', async () => {
  await post('whitelists', [['domain', 'example.com']]);

  await mailgun.mail(['bounce-1@example.com']);
  await mailgun.settle();

  expect((await mailgun.call('GET', path('bounces'))).json.items).toEqual([]);
});

it.each([
  [
    'bounces',
    'Address has been added to the bounces table',
    '2 addresses have been added to the bounces table',
  ],
  [
    'unsubscribes',
    'Address has been added to the unsubscribes table',
    '2 addresses have been added to the unsubscribes table',
  ],
  [
    'complaints',
    'Address has been added to the complaints table',
    '2 complaint addresses have been added to the complaints table',
  ],
])("adds one or many to %s with Mailgun's words", async (list, one, many) => {
  const single = await post(list, [['address', 'ada@example.com']]);
  const several = await postMany(list, [
    { address: 'bob@example.com' },
    { address: 'eve@example.com' },
  ]);

  expect(single.json).toEqual({ message: one, address: 'ada@example.com' });
  expect(several.json).toEqual({ message: many });
  expect((await mailgun.call('GET', path(list))).json.items).toHaveLength(3);
});

it.each([
  ['bounces', { address: 'ada@example.com', code: '550', error: '' }],
  ['unsubscribes', { address: 'ada@example.com', tags: ['*'] }],
  ['complaints', { address: 'ada@example.com' }],
])('shows an entry of %s with the time in UTC', async (list, entry) => {
  await post(list, [
    ['address', 'ada@example.com'],
    ['created_at', 'Fri, 21 Oct 2011 11:02:55 GMT'],
  ]);

  const { json } = await mailgun.call('GET', path(list, 'ADA@example.com'));

  expect(json).toEqual({ ...entry, created_at: 'Fri, 21 Oct 2011 11:02:55 UTC' });
});

it.each([
  ['bounces', 'Address not found in bounces table'],
  ['unsubscribes', 'Address not found in unsubscribers table'],
  ['complaints', 'No spam complaints found for this address'],
  ['whitelists', 'Address/Domain not found in allowlist table'],
])('says of %s who is not on it', async (list, message) => {
  for (const method of ['GET', 'DELETE']) {
    expect(await mailgun.call(method, path(list, 'no@example.com'))).toMatchObject({
      status: 404,
      json: { message },
    });
  }
});

it('removes one, and all', async () => {
  await postMany('bounces', [
    { address: 'a@example.com' },
    { address: 'b@example.com' },
    { address: 'c@example.com' },
  ]);

  expect((await mailgun.call('DELETE', path('bounces', 'b@example.com'))).json).toEqual({
    message: 'Bounced addresses for this domain have been removed',
    address: 'b@example.com',
  });
  expect((await mailgun.call('GET', path('bounces'))).json.items).toHaveLength(2);
  await mailgun.call('DELETE', path('bounces'));
  expect((await mailgun.call('GET', path('bounces'))).json.items).toEqual([]);
});

it('refuses entries it can not keep', async () => {
  const many = Array.from({ length: 1001 }, (_, index) => ({
    address: `r${String(index)}@example.com`,
  }));

  expect((await postMany('bounces', many)).json.message).toBe(
    'Batch size should be less than 1000',
  );
  expect((await post('whitelists', [])).json.message).toBe(
    'Missing mandatory parameter: address/domain',
  );
  expect((await post('bounces', [['address', 'nobody']])).status).toBe(400);
});

it('pages in alphabetical order, forward to an empty page and back', async () => {
  const addresses = Array.from(
    { length: 25 },
    (_, index) => `r${String(index).padStart(2, '0')}@example.com`,
  );
  await postMany(
    'bounces',
    [...addresses].reverse().map((address) => ({ address })),
  );
  const seen: string[][] = [];
  let page = (await mailgun.call('GET', `${path('bounces')}?limit=10`)).json;
  for (; page.items.length > 0; page = (await mailgun.call('GET', page.paging.next)).json) {
    seen.push(page.items.map(({ address }) => address));
  }

  expect(seen.map((items) => items.length)).toEqual([10, 10, 5]);
  expect(seen.flat()).toEqual(addresses);
  expect(page.paging.next).toBeDefined();
  const back = (await mailgun.call('GET', page.paging.previous)).json;
  expect(back.items.map(({ address }) => address)).toEqual(addresses.slice(14, 24));
  const term = (await mailgun.call('GET', `${path('bounces')}?term=r0`)).json;
  expect(term.items).toHaveLength(10);
});
