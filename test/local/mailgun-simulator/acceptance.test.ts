import { formOf, letter, startLaboratory, stopLaboratories, type Field } from './api-client';

afterEach(stopLaboratories);

const events = async (mailgun: Awaited<ReturnType<typeof startLaboratory>>, query = '') =>
  (await mailgun.call('GET', `/v3/mg.example.com/events?limit=300${query}`)).json.items;

it('gives one id a call, in angle brackets, and events carry it without them', async () => {
  const mailgun = await startLaboratory();

  const answer = await mailgun.send(letter(['deliver-1@example.com', 'deliver-2@example.com']));
  await mailgun.settle();

  expect(answer.json.id).toMatch(/^<\d{14}\.[0-9a-f]{16}@mg\.example\.com>$/);
  const ids = (await events(mailgun)).map((event) => event.message.headers['message-id']);
  expect(new Set(ids)).toEqual(new Set([answer.json.id.slice(1, -1)]));
});

it.each([
  ['<own-1@mg.example.com>', '<own-1@mg.example.com>'],
  ['own-2@mg.example.com', '<own-2@mg.example.com>'],
])('honours h:Message-Id %s', async (header, id) => {
  const mailgun = await startLaboratory();

  const answer = await mailgun.send([...letter(['a@example.com']), ['h:Message-Id', header]]);

  expect(answer.json.id).toBe(id);
});

it('takes the same Message-Id twice and mails twice: it has no idempotency', async () => {
  const mailgun = await startLaboratory();
  const own: Field = ['h:Message-Id', '<same@mg.example.com>'];

  await mailgun.mail(['a@example.com'], [own, ['v:batch', 'acme/spring/1']]);
  await mailgun.mail(['a@example.com'], [own, ['v:batch', 'acme/spring/1']]);

  const books = mailgun.books();
  expect(books.campaigns['acme/spring']).toMatchObject({
    messages: 2,
    accepted: 1,
    repeatedInBatch: 1,
    emails: { total: 2, recipients: 1, mostToOne: 2, repeated: 1, distribution: { '2': 1 } },
  });
  expect(Object.keys(books.messages)).toEqual(['same@mg.example.com', 'same@mg.example.com#2']);
});

it('mails an address once that stands twice in to, whatever its case', async () => {
  const mailgun = await startLaboratory();

  await mailgun.mail(['ada@example.com', 'Ada@Example.com', 'ada@example.com']);

  expect(mailgun.books().total.emails).toMatchObject({ total: 1, recipients: 1 });
});

it('fills recipient variables into v: values and subjects of events', async () => {
  const mailgun = await startLaboratory();
  const variables = {
    'deliver-1@example.com': { ref: 'crm-1', n: 7 },
    'deliver-2@example.com': {},
  };
  await mailgun.send([
    ...letter([]).filter(([name]) => name !== 'subject' && name !== 'recipient-variables'),
    ['to', 'Ada <deliver-1@example.com>'],
    ['to', 'deliver-2@example.com'],
    ['subject', 'Hi %recipient_fname% %recipient.n%'],
    ['recipient-variables', JSON.stringify(variables)],
    ['v:ref', '%recipient.ref%'],
  ]);
  await mailgun.settle();

  const [first] = await events(mailgun, '&recipient=deliver-1@example.com&event=delivered');
  const [second] = await events(mailgun, '&recipient=deliver-2@example.com&event=delivered');
  expect(first).toMatchObject({
    'user-variables': { ref: 'crm-1' },
    message: { headers: { to: 'deliver-1@example.com', subject: 'Hi Ada 7' } },
  });
  expect(second?.['user-variables']).toEqual({ ref: '%recipient.ref%' });
  expect(mailgun.books().mistakes.unfilled).toBe(1);
});

it('tells in its books when recipients could read each other', async () => {
  const mailgun = await startLaboratory();
  const shared = letter(['a@example.com', 'b@example.com']).filter(
    ([name]) => name !== 'recipient-variables',
  );

  await mailgun.send(shared);
  await mailgun.mail(['c@example.com', 'd@example.com']);

  expect(mailgun.books().mistakes.disclosed).toBe(2);
});

it('sends everyone in cc a copy of each copy', async () => {
  const mailgun = await startLaboratory();

  await mailgun.mail(['a@example.com', 'b@example.com'], [['cc', 'boss@example.com']]);

  expect(mailgun.books().total.emails).toMatchObject({ total: 4, mostToOne: 2 });
});

it('mails no one in test mode, and says 650', async () => {
  const mailgun = await startLaboratory();

  await mailgun.mail(['bounce-1@example.com'], [['o:testmode', 'yes']]);
  await mailgun.settle();

  const [delivered] = await events(mailgun, '&event=delivered');
  expect(delivered).toMatchObject({
    flags: { 'is-test-mode': true },
    'delivery-status': { code: 650 },
  });
  expect(mailgun.books().total).toMatchObject({
    accepted: 1,
    testMode: 1,
    emails: { total: 0 },
    outcomes: { delivered: 0, bounced: 0, outstanding: 0 },
  });
});

it.each<[string, readonly Field[]]>([
  ['o:tracking', [['o:tracking', 'no']]],
  [
    'o:tracking-opens and o:tracking-clicks',
    [
      ['o:tracking-opens', 'no'],
      ['o:tracking-clicks', 'no'],
    ],
  ],
])('sees no opens and clicks when %s says no', async (_name, options) => {
  const mailgun = await startLaboratory();

  await mailgun.mail(['click-1@example.com', 'machine-click-1@example.com'], options);
  await mailgun.settle();

  expect(mailgun.books().total.outcomes).toMatchObject({
    delivered: 2,
    opened: 0,
    machineOpened: 0,
    clicked: 0,
    machineClicked: 0,
  });
});

it('lets no one unsubscribe from a message without a link for it', async () => {
  const mailgun = await startLaboratory();
  const fields = letter(['unsubscribe-1@example.com']).filter(([name]) => name !== 'html');

  await mailgun.send([...fields, ['html', '<p>Hello</p>']]);
  await mailgun.settle();

  expect(mailgun.books().total.outcomes).toMatchObject({ delivered: 1, unsubscribed: 0 });
});

it('holds a message until its time, and forgets it when the queue is deleted', async () => {
  const mailgun = await startLaboratory({ timeScale: 3600 });
  const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
  await mailgun.mail(['a@example.com'], [['o:deliverytime', tomorrow]]);
  expect(mailgun.books().total).toMatchObject({ accepted: 1, emails: { total: 0 } });

  await mailgun.call('DELETE', '/v3/mg.example.com/envelopes');
  await mailgun.settle();

  expect(mailgun.books().total).toMatchObject({
    emails: { total: 0 },
    outcomes: { outstanding: 1 },
  });
});

it('delivers a held message when its time has come', async () => {
  const mailgun = await startLaboratory();
  const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();

  await mailgun.mail(['deliver-1@example.com'], [['o:deliverytime', tomorrow]]);
  await mailgun.settle();

  expect(mailgun.books().total.outcomes.delivered).toBe(1);
});

it.each([
  [
    420,
    /^Domain mg\.example\.com is not allowed to send: recipient limit exceeded, try again after \w{3}, \d\d \w{3} \d{4} [\d:]{8} UTC$/,
  ],
  [429, /try again after/],
  [400, /^Domain mg\.example\.com is not allowed to send: recipient limit exceeded$/],
] as const)('refuses what is over the hourly limit with %d', async (limitStatus, text) => {
  const mailgun = await startLaboratory({
    timeScale: 1,
    domains: [{ name: 'mg.example.com', hourlyLimit: 3, limitStatus }],
  });
  await mailgun.mail(['a@example.com', 'b@example.com']);

  const answer = await mailgun.send(letter(['c@example.com', 'd@example.com']));

  expect(answer.status).toBe(limitStatus);
  expect(answer.json.message).toMatch(text);
  expect(mailgun.books().total.accepted).toBe(2);
});

it('tells an account on probation that it sends too fast', async () => {
  const mailgun = await startLaboratory({
    domains: [{ name: 'mg.example.com', hourlyLimit: 0, probation: true }],
  });

  const answer = await mailgun.send(letter(['c@example.com']));

  expect(answer.status).toBe(400);
  expect(answer.json.message).toContain('You are sending too fast. Your account is on probation');
});

it('says in headers what is left of the requests, and refuses the rest', async () => {
  const mailgun = await startLaboratory({ requestsPerMinute: 1 });

  const first = await mailgun.call('GET', '/v4/domains/mg.example.com');
  const second = await mailgun.call('GET', '/v4/domains/mg.example.com');

  expect(first.headers.get('x-ratelimit-limit')).toBe('1');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Number(first.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now());
  expect(second.status).toBe(429);
  expect(second.json.message).toMatch(/limit exceeded, try again after \d+ seconds$/);
});

it('does not know the domains of another region', async () => {
  const mailgun = await startLaboratory({
    region: 'eu',
    domains: ['mg.example.com', { name: 'eu.example.com', region: 'eu' }],
  });

  expect(await mailgun.call('GET', '/v4/domains/mg.example.com')).toMatchObject({ status: 404 });
  expect(await mailgun.call('GET', '/v4/domains/eu.example.com')).toMatchObject({
    status: 200,
    json: { domain: { name: 'eu.example.com', state: 'active' } },
  });
});

it('shows the forms of the calls it took', async () => {
  const mailgun = await startLaboratory();
  await mailgun.call('POST', '/v3/mg.example.com/messages', {
    body: formOf([...letter(['a@example.com']), ['o:tag', 'spring']]),
  });

  const { requests } = (await mailgun.call('GET', '/__simulator/requests')).json;

  expect(requests).toHaveLength(1);
  expect(requests[0]?.fields).toContainEqual(['o:tag', 'spring']);
});

it('reports sending queues', async () => {
  const mailgun = await startLaboratory();

  const answer = await mailgun.call('GET', '/v3/domains/mg.example.com/sending_queues');

  expect(answer.json.regular).toEqual({ is_disabled: false, disabled: { until: '', reason: '' } });
});
