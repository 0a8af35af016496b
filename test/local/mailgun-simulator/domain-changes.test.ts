import { letter, startLaboratory, stopLaboratories, type Laboratory } from './api-client';

afterEach(stopLaboratories);

const DOMAIN = 'mg.example.com';

const change = (mailgun: Laboratory, changes: unknown, domain = DOMAIN) =>
  mailgun.call('PATCH', `/__simulator/domains/${domain}`, { body: JSON.stringify(changes) });

const events = async (mailgun: Laboratory, query = '') =>
  mailgun.call('GET', `/v3/${DOMAIN}/events?limit=300${query}`);

it('puts a domain on probation while it runs, and takes it off again', async () => {
  const mailgun = await startLaboratory({ timeScale: 1 });
  const two = letter(['a@example.com', 'b@example.com']);

  await change(mailgun, { largeBatchCap: 1 });
  expect(await mailgun.send(two)).toMatchObject({
    status: 403,
    json: { message: `Domain ${DOMAIN} is not allowed to send large batches yet` },
  });

  await change(mailgun, { largeBatchCap: null, hourlyLimit: 1, limitStatus: 429 });
  const limited = await mailgun.send(two);
  expect(limited.status).toBe(429);
  expect(limited.json.message).toMatch(/recipient limit exceeded, try again after .+ UTC$/);

  await change(mailgun, { hourlyLimit: null });
  expect((await mailgun.send(two)).status).toBe(200);
});

it('changes what is named, and tells how a domain is set up', async () => {
  const mailgun = await startLaboratory({
    domains: [{ name: DOMAIN, hourlyLimit: 7 }, 'other.example.com'],
  });

  await change(mailgun, { largeBatchCap: 5 });

  const answer = await mailgun.call('GET', `/__simulator/domains/${DOMAIN}`);
  expect(JSON.parse(answer.text)).toEqual({ name: DOMAIN, hourlyLimit: 7, largeBatchCap: 5 });
  const other = await mailgun.call('GET', '/__simulator/domains/other.example.com');
  expect(JSON.parse(other.text)).toEqual({ name: 'other.example.com' });
});

it('is changed by the program that started it, too', async () => {
  const mailgun = await startLaboratory();

  mailgun.changeDomain(DOMAIN, { state: 'disabled' });

  expect((await mailgun.send(letter(['a@example.com']))).status).toBe(403);
  expect(() => mailgun.changeDomain('no.example.com', {})).toThrow('404');
});

it('forgets changes on reset', async () => {
  const mailgun = await startLaboratory();
  await change(mailgun, { state: 'disabled' });

  await mailgun.call('POST', '/__simulator/reset');

  expect((await mailgun.send(letter(['a@example.com']))).status).toBe(200);
});

it.each<[unknown, string]>([
  [{ largeBatchCaps: 1 }, "unknown 'largeBatchCaps' in changes"],
  [{ name: 'x.example.com' }, "unknown 'name' in changes"],
  [{ largeBatchCap: -1 }, 'largeBatchCap is out of range'],
  [{ hourlyLimit: '5' }, 'hourlyLimit is out of range'],
  [{ limitStatus: 500 }, 'limitStatus is out of range'],
  [{ state: 'gone' }, 'state is out of range'],
  [{ authorisedRecipients: [7] }, 'authorisedRecipients is out of range'],
  [{ eventsRefused: 500 }, 'eventsRefused is out of range'],
  [{ queueDisabled: true }, 'queueDisabled is out of range'],
  [{ queueDisabled: { until: 'x' } }, "unknown 'until' in queueDisabled"],
  [{ queueDisabled: { untilMs: 'x' } }, 'queueDisabled is out of range'],
  [[], 'changes must be a JSON object'],
])('refuses a change it can not make: %j', async (changes, message) => {
  const mailgun = await startLaboratory();

  const answer = await change(mailgun, changes);

  expect(answer.status).toBe(400);
  expect(answer.json.message).toContain(message);
});

it('knows no other domain', async () => {
  const mailgun = await startLaboratory();

  expect((await change(mailgun, {}, 'no.example.com')).status).toBe(404);
});

it('reports a sending queue as disabled, until when and why', async () => {
  const mailgun = await startLaboratory();
  const path = `/v3/domains/${DOMAIN}/sending_queues`;
  const untilMs = Date.UTC(2021, 11, 20, 20, 33, 21);

  await change(mailgun, { queueDisabled: { untilMs } });
  expect((await mailgun.call('GET', path)).json.regular).toEqual({
    is_disabled: true,
    disabled: {
      until: 'Mon, 20 Dec 2021 20:33:21 UTC',
      reason: 'You have too many messages in queue',
    },
  });

  await change(mailgun, { queueDisabled: { reason: 'enough' } });
  expect((await mailgun.call('GET', path)).json.regular).toEqual({
    is_disabled: true,
    disabled: { until: '', reason: 'enough' },
  });

  await change(mailgun, { queueDisabled: null });
  expect((await mailgun.call('GET', path)).json.regular).toMatchObject({ is_disabled: false });
});

it('shows events late, and for a while only', async () => {
  const mailgun = await startLaboratory();
  await mailgun.mail(['deliver-1@example.com']);
  await mailgun.settle();
  const shown = async () => (await events(mailgun)).json.items.length;

  expect(await shown()).toBe(2);
  await change(mailgun, { eventsDelayMs: 3_600_000 });
  expect(await shown()).toBe(0);
  await change(mailgun, { eventsDelayMs: null, eventsKeptMs: 3_600_000 });
  expect(await shown()).toBe(2);
  await change(mailgun, { eventsKeptMs: 0 });
  expect(await shown()).toBe(0);
});

it('shows events to no key that may only send, on no page', async () => {
  const mailgun = await startLaboratory();
  await mailgun.mail(['deliver-1@example.com']);
  const { next } = (await events(mailgun)).json.paging;

  await change(mailgun, { eventsRefused: 401 });
  expect(await events(mailgun)).toMatchObject({ status: 401, text: 'Forbidden' });
  await change(mailgun, { eventsRefused: 403 });
  expect(await mailgun.call('GET', next)).toMatchObject({ status: 403 });

  expect((await mailgun.send(letter(['a@example.com']))).status).toBe(200);
});

it('gives messages ids of its own, in its answer and in events', async () => {
  const mailgun = await startLaboratory();
  const header = ['h:Message-Id', '<mine@mg.example.com>'] as const;
  expect(await mailgun.mail(['a@example.com'], [header])).toBe('mine@mg.example.com');

  await change(mailgun, { ownMessageIds: true });
  const id = await mailgun.mail(['b@example.com'], [header]);

  expect(id).not.toBe('mine@mg.example.com');
  const { items } = (await events(mailgun, '&recipient=b@example.com')).json;
  expect(items[0]?.message.headers['message-id']).toBe(id);
});
