import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { formOf, startLaboratory, stopLaboratories } from './api-client';
import { startReceiver, stopReceivers, type WebhookReceiver } from './webhook-receiver';

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await stopLaboratories();
  await stopReceivers();
});

const kinds = () => receiver.received.map(({ event }) => event.event);

it('posts every event, signed over timestamp and token with a fresh token', async () => {
  const mailgun = await startLaboratory({ webhookUrl: receiver.url, signingKey: 'secret' });

  await mailgun.mail(['click-1@example.com'], [['v:batch', 'acme/spring/1']]);
  await mailgun.settle();

  expect(kinds()).toEqual(expect.arrayContaining(['accepted', 'delivered', 'opened', 'clicked']));
  for (const { signature, event } of receiver.received) {
    const { timestamp, token } = signature;
    const expected = createHmac('sha256', 'secret')
      .update(timestamp + token)
      .digest('hex');
    expect(signature.signature).toBe(expected);
    expect(token).toMatch(/^[0-9a-f]{50}$/);
    expect(event['user-variables']).toEqual({ batch: 'acme/spring/1' });
    expect(event.message.headers['message-id']).not.toMatch(/[<>]/);
  }
  const tokens = new Set(receiver.received.map(({ signature }) => signature.token));
  expect(tokens.size).toBe(receiver.received.length);
});

it('signs with a new key from the moment it is made, and repeats what was signed before as it was', async () => {
  const mailgun = await startLaboratory({ webhookUrl: receiver.url, signingKey: 'first' });
  const key = async (method: string) => {
    const { text } = await mailgun.call(method, '/v5/accounts/http_signing_key');
    return (JSON.parse(text) as { http_signing_key: string }).http_signing_key;
  };
  const keyOf = ({ signature: { timestamp, token, signature } }: (typeof receiver.received)[0]) =>
    ['first', second].find(
      (candidate) =>
        createHmac('sha256', candidate)
          .update(timestamp + token)
          .digest('hex') === signature,
    );
  let second = '';
  receiver.answer = () => (second === '' ? 503 : 200);

  expect(await key('GET')).toBe('first');
  await mailgun.mail(['deliver-1@example.com']);
  await sleep(100);
  second = await key('POST');
  await mailgun.mail(['deliver-2@example.com']);
  await mailgun.settle();

  expect(await key('GET')).toBe(second);
  const about = (name: string) =>
    receiver.received.filter(({ event }) => event.recipient.startsWith(name));
  expect(new Set(about('deliver-2').map(keyOf))).toEqual(new Set([second]));
  expect(about('deliver-1').map(keyOf)).toContain('first');
  for (const webhook of about('deliver-1')) expect(keyOf(webhook)).toBeDefined();
});

it('does not repeat what is answered with 200 or 406', async () => {
  receiver.answer = ({ event }) => (event.event === 'accepted' ? 406 : 200);
  const mailgun = await startLaboratory({ webhookUrl: receiver.url });

  await mailgun.mail(['deliver-1@example.com']);
  await mailgun.settle();

  expect(kinds().sort()).toEqual(['accepted', 'delivered']);
  expect(mailgun.books().webhooks).toMatchObject({
    posted: 2,
    acknowledged: 1,
    rejected: 1,
    retried: 0,
  });
});

it.each([201, 202, 204, 302, 401, 403, 500, 503, 'reset'] as const)(
  'repeats what is answered with %s, with the same signature block',
  async (answer) => {
    receiver.answer = (_webhook, times) => (times < 3 ? answer : 200);
    const mailgun = await startLaboratory({ webhookUrl: receiver.url });

    await mailgun.mail(['deliver-1@example.com']);
    await mailgun.settle();

    const delivered = receiver.received.filter(({ event }) => event.event === 'delivered');
    expect(delivered).toHaveLength(3);
    expect(new Set(delivered.map(({ body }) => body)).size).toBe(1);
    expect(mailgun.books().webhooks).toMatchObject({ retried: 4, acknowledged: 2, dropped: 0 });
  },
);

it('gives up after the last repetition, and the events API still knows', async () => {
  receiver.answer = () => 500;
  const mailgun = await startLaboratory({ webhookUrl: receiver.url });

  await mailgun.mail(['deliver-1@example.com']);
  await mailgun.settle();

  expect(mailgun.books().webhooks).toMatchObject({ posted: 14, retried: 12, dropped: 2 });
  expect(mailgun.idle()).toBe(true);
  const { items } = (await mailgun.call('GET', '/v3/mg.example.com/events')).json;
  expect(items).toHaveLength(2);
});

it('waits longer before each repetition', async () => {
  const times: number[] = [];
  receiver.answer = () => {
    times.push(Date.now());
    return 500;
  };
  const mailgun = await startLaboratory({
    webhookUrl: receiver.url,
    timeScale: 1,
    webhookRetrySeconds: [0.05, 0.2],
  });

  await mailgun.mail(['deliver-1@example.com']);
  await sleep(500);

  expect(times).toHaveLength(3);
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(45);
  expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(190);
});

it('can leave delivered webhooks unrepeated', async () => {
  receiver.answer = () => 500;
  const mailgun = await startLaboratory({ webhookUrl: receiver.url, retryDelivered: false });

  await mailgun.mail(['deliver-1@example.com']);
  await mailgun.settle();

  expect(kinds().filter((kind) => kind === 'delivered')).toHaveLength(1);
  expect(kinds().filter((kind) => kind === 'accepted')).toHaveLength(7);
});

it('repeats what gets no answer in time', async () => {
  const mailgun = await startLaboratory({ webhookUrl: receiver.url, webhookTimeoutMs: 50 });
  const silent = receiver.answer;
  receiver.answer = (webhook, times) => {
    // The receiver blocks everyone for a moment: the first call is past its deadline.
    if (receiver.received.length === 1)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 80);
    return silent(webhook, times);
  };

  await mailgun.mail(['deliver-1@example.com']);
  await mailgun.settle();

  expect(mailgun.books().webhooks.retried).toBeGreaterThanOrEqual(1);
  expect(mailgun.idle()).toBe(true);
});

it('writes the shapes of each kind of event', async () => {
  const mailgun = await startLaboratory({ webhookUrl: receiver.url });
  const people = ['bounce-1', 'late-bounce-1', 'defer-1', 'block-1', 'machine-open-1', 'open-1'];

  await mailgun.mail(
    people.map((name) => `${name}@example.com`),
    [['v:batch', 'a/b/c']],
  );
  await mailgun.mail(['complain-1@example.com', 'unsubscribe-1@example.com'], [['o:tag', 'x']]);
  await mailgun.settle();

  const of = (name: string, kind: string) =>
    receiver.received.find(
      ({ event }) => event.recipient === `${name}@example.com` && event.event === kind,
    )?.event;
  expect(of('bounce-1', 'failed')).toMatchObject({
    severity: 'permanent',
    reason: 'bounce',
    'log-level': 'error',
    'delivery-status': { code: 550, 'bounce-type': 'hard' },
  });
  const late = of('late-bounce-1', 'failed');
  expect(late).toMatchObject({
    reason: 'generic',
    flags: { 'is-delayed-bounce': true },
    envelope: {},
  });
  expect(late).not.toHaveProperty('tags');
  expect(late).not.toHaveProperty('recipient-domain');
  expect(of('defer-1', 'failed')).toMatchObject({
    severity: 'temporary',
    'delivery-status': { 'retry-seconds': 600, 'attempt-no': 1 },
  });
  expect(of('block-1', 'failed')).toMatchObject({ reason: 'espblock' });
  expect(of('machine-open-1', 'opened')?.['client-info'].bot).toMatch(/^(apple|generic)$/);
  expect(of('open-1', 'opened')?.['client-info'].bot ?? '').toBe('');
  expect(of('open-1', 'opened')?.['delivered-at']).toBe(
    Math.floor(of('open-1', 'delivered')?.timestamp ?? 0),
  );
  expect(of('complain-1', 'complained')).toMatchObject({ tags: ['x'], 'log-level': 'warn' });
  expect(of('unsubscribe-1', 'unsubscribed')).toMatchObject({ tags: ['*'], storage: [] });
});

it('writes the same shapes for the same seed, and all of the known ones', async () => {
  const shapes = async () => {
    const mailgun = await startLaboratory({ webhookUrl: receiver.url, seed: 7 });
    receiver.received.length = 0;
    await mailgun.mail(
      Array.from({ length: 60 }, (_, index) => `open-${String(index)}@example.com`),
    );
    await mailgun.settle();
    return receiver.received
      .filter(({ event }) => event.event === 'opened')
      .map(({ event }) =>
        [
          event.recipient,
          JSON.stringify(event['user-variables']),
          JSON.stringify(event['client-info'].bot),
        ].join(' '),
      )
      .sort();
  };

  const first = await shapes();

  expect(await shapes()).toEqual(first);
  const variables = new Set(first.map((shape) => shape.split(' ')[1]));
  const bots = new Set(first.map((shape) => shape.split(' ')[2]));
  expect(variables).toEqual(new Set(['[]', '{}', '']));
  expect(bots).toEqual(new Set(['""', 'null', '']));
});

it('tells in a sentence that variables were too long', async () => {
  const mailgun = await startLaboratory({ webhookUrl: receiver.url });

  await mailgun.mail(['deliver-1@example.com'], [['v:x', 'x'.repeat(5000)]]);
  await mailgun.settle();

  expect(receiver.received[0]?.event['user-variables']).toMatch(/^Could not load user-variables/);
});

describe('registration', () => {
  const path = '/v3/domains/mg.example.com/webhooks';

  it('in version 3 creates, shows, changes and deletes', async () => {
    const mailgun = await startLaboratory();
    const body = formOf([
      ['id', 'delivered'],
      ['url', receiver.url],
    ]);

    expect((await mailgun.call('POST', path, { body })).json).toEqual({
      message: 'Webhook has been created',
      webhook: { urls: [receiver.url] },
    });
    expect((await mailgun.call('POST', path, { body })).status).toBe(400);
    expect((await mailgun.call('GET', path)).json.webhooks['delivered']?.urls).toEqual([
      receiver.url,
    ]);
    const changed = formOf([['url', 'http://127.0.0.1:1/other']]);
    expect((await mailgun.call('PUT', `${path}/delivered`, { body: changed })).status).toBe(200);
    expect((await mailgun.call('GET', `${path}/delivered`)).json.webhook.urls).toEqual([
      'http://127.0.0.1:1/other',
    ]);
    expect((await mailgun.call('DELETE', `${path}/delivered`)).status).toBe(200);
    expect(await mailgun.call('GET', `${path}/delivered`)).toMatchObject({
      status: 404,
      json: { message: 'Webhook not found' },
    });
  });

  it('takes three URLs for an event and no more, and posts to each', async () => {
    const mailgun = await startLaboratory();
    const urls = (count: number) =>
      Array.from(
        { length: count },
        (_, index) => ['url', `${receiver.url}/${String(index)}`] as const,
      );

    const four = await mailgun.call('POST', path, {
      body: formOf([['id', 'accepted'], ...urls(4)]),
    });
    const three = await mailgun.call('POST', path, {
      body: formOf([['id', 'accepted'], ...urls(3)]),
    });
    await mailgun.mail(['deliver-1@example.com']);
    await mailgun.settle();

    expect([four.status, three.status]).toEqual([400, 200]);
    expect(kinds()).toEqual(['accepted', 'accepted', 'accepted']);
  });

  it('in version 4 adds a URL to many events, once', async () => {
    const mailgun = await startLaboratory();
    const v4 = '/v4/domains/mg.example.com/webhooks';
    const body = () =>
      formOf([
        ['url', receiver.url],
        ['event_types', 'clicked'],
        ['event_types', 'permanent_fail'],
      ]);

    expect((await mailgun.call('POST', v4, { body: body() })).status).toBe(200);
    expect(await mailgun.call('POST', v4, { body: body() })).toMatchObject({
      status: 400,
      json: {
        Reason: `Webhook for event type 'clicked' with URL '${receiver.url}' already exists`,
      },
    });
    await mailgun.mail(['bounce-1@example.com']);
    await mailgun.settle();
    expect(kinds()).toEqual(['failed']);
    expect((await mailgun.call('DELETE', `${v4}?url=${receiver.url}`)).json).toEqual({
      webhooks: {},
    });
  });

  it('refuses what is no URL and no event', async () => {
    const mailgun = await startLaboratory();
    const post = (id: string, url: string) =>
      mailgun.call('POST', path, {
        body: formOf([
          ['id', id],
          ['url', url],
        ]),
      });

    expect((await post('delivered', 'nowhere')).json.Reason).toContain('is not a valid url');
    expect((await post('bounced', receiver.url)).json.Reason).toContain('not a valid event type');
  });
});
