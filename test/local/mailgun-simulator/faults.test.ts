import { setTimeout as sleep } from 'node:timers/promises';
import { letter, startLaboratory, stopLaboratories, type Laboratory } from './api-client';
import { startReceiver, stopReceivers } from './webhook-receiver';

let mailgun: Laboratory;

beforeEach(async () => {
  mailgun = await startLaboratory();
});
afterEach(async () => {
  await stopLaboratories();
  await stopReceivers();
});

const sendOne = () => mailgun.send(letter(['deliver-1@example.com']));
const taken = () => mailgun.books().total.messages;
const applied = async () => {
  const { faults } = (await mailgun.call('GET', '/__simulator/faults')).json;
  return faults.map((fault) => fault.applied);
};

it('answers with a status, a text that knows the time, and headers, without taking the call', async () => {
  await mailgun.fault({
    match: { endpoint: 'messages' },
    count: 1,
    fault: {
      status: 429,
      headers: { 'Retry-After': '3', 'X-RateLimit-Reset': '{{unixms+3}}' },
      body: {
        message:
          'Domain {{domain}} is not allowed to send: request limit exceeded, try again after {{utc+3}}',
      },
    },
  });

  const refused = await sendOne();
  const next = await sendOne();

  expect(refused.status).toBe(429);
  expect(refused.json.message).toMatch(
    /^Domain mg\.example\.com is not .* after \w{3}, \d\d \w{3} \d{4} [\d:]{8} UTC$/,
  );
  expect(refused.headers.get('retry-after')).toBe('3');
  expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now());
  expect(next.status).toBe(200);
  expect(taken()).toBe(1);
  expect(await applied()).toEqual([1]);
  expect(mailgun.books().calls['messages']).toEqual({ '200': 1, '429': 1 });
});

it.each([
  [{ acceptThen500: true }, 500, 1],
  [{ status: 500 }, 500, 0],
  [{ status: 502, accept: true, body: '<html>' }, 502, 1],
  [{ status: 200, body: '' }, 200, 0],
  [{ status: 200, body: 'Mailgun Magnificent API' }, 200, 0],
  [{ headers: { 'x-extra': '1' } }, 200, 1],
])('with %j answers %d and takes %d', async (fault, status, messages) => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault });

  const answer = await sendOne();

  expect(answer.status).toBe(status);
  expect(taken()).toBe(messages);
  expect(await applied()).toEqual([1]);
});

it.each([
  [{ status: 429, body: { message: 'no' } }, 'application/json', '{"message":"no"}'],
  [{ status: 502, body: '<html>' }, 'text/plain; charset=utf-8', '<html>'],
  [{ body: [1], headers: { 'Content-Type': 'text/html' } }, 'text/html', '[1]'],
  [{ status: 500 }, 'application/json', '{"message":"Internal Server Error"}'],
])('sends the scripted %j and adds nothing of its own', async (fault, contentType, text) => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault });

  const answer = await sendOne();

  expect(answer.text).toBe(text);
  expect(answer.headers.get('content-type')).toBe(contentType);
  expect([...answer.headers.keys()].filter((name) => name.startsWith('x-'))).toEqual([]);
});

it.each([
  ['headers', 0],
  ['body', 0],
  ['before', 0],
  ['after', 1],
])('resets the connection (%s) and has taken %d', async (reset, messages) => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault: { reset } });

  await expect(sendOne()).rejects.toThrow('fetch failed');

  expect(taken()).toBe(messages);
  expect(mailgun.books().calls['messages']).toEqual({ reset: 1 });
  expect(await applied()).toEqual([1]);
});

it.each([
  ['after', 1],
  ['before', 0],
])('delays an answer; who does not wait (%s) was taken %d times', async (delay, messages) => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault: { delayMs: 300, delay } });
  const body = new FormData();
  for (const [name, value] of letter(['deliver-1@example.com'])) body.append(name, value);
  const authorization = `Basic ${btoa(`api:${mailgun.apiKey}`)}`;
  const url = `${mailgun.url}/v3/mg.example.com/messages`;
  const signal = AbortSignal.timeout(100);

  await expect(
    fetch(url, { method: 'POST', headers: { authorization }, body, signal }),
  ).rejects.toThrow();
  await sleep(350);

  expect(taken()).toBe(messages);
  expect(mailgun.books().calls['messages']).toEqual({ gone: 1 });
});

it('answers with the id of another message, and takes the call', async () => {
  const mailgun = await startLaboratory();
  const body = { id: '<another@mg.example.com>', message: 'Queued. Thank you.' };
  await mailgun.fault({ fault: { status: 200, accept: true, body }, count: 1 });
  const header = ['h:Message-Id', '<mine@mg.example.com>'] as const;

  expect(await mailgun.mail(['a@example.com'], [header])).toBe('another@mg.example.com');

  const { items } = (await mailgun.call('GET', '/v3/mg.example.com/events')).json;
  expect(items.map(({ message }) => message.headers['message-id'])).toContain(
    'mine@mg.example.com',
  );
});

it('delays an answer for who waits', async () => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault: { delayMs: 80 } });
  const begun = Date.now();

  expect((await sendOne()).status).toBe(200);
  expect(Date.now() - begun).toBeGreaterThanOrEqual(75);
});

it('hangs', async () => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault: { hang: true } });

  const outcome = await Promise.race([sendOne().catch(() => 'ended'), sleep(150, 'nothing')]);

  expect(outcome).toBe('nothing');
  expect(taken()).toBe(1);
  expect(mailgun.books().calls['messages']).toEqual({ hang: 1 });
});

it('trickles an answer', async () => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault: { trickleMs: 2 } });
  const begun = Date.now();

  const answer = await sendOne();

  expect(answer.json.message).toBe('Queued. Thank you.');
  expect(Date.now() - begun).toBeGreaterThan(100);
});

it('ends an answer in its middle', async () => {
  await mailgun.fault({ match: { endpoint: 'messages' }, fault: { truncatedBody: true } });

  await expect(sendOne()).rejects.toThrow('terminated');
  expect(taken()).toBe(1);
});

it('applies to what it matches, after what it spares, as often as it says', async () => {
  await mailgun.fault([
    { match: { endpoint: 'events' }, fault: { status: 500 } },
    {
      match: { path: '/v3/mg.example.com/mess*', method: 'POST', domain: 'mg.example.com' },
      skip: 1,
      count: 2,
      fault: { status: 503 },
    },
    { match: { domain: 'other.example.com' }, fault: { status: 501 } },
  ]);

  const statuses = [];
  for (let call = 0; call < 5; call += 1) statuses.push((await sendOne()).status);

  expect(statuses).toEqual([200, 503, 503, 200, 200]);
  expect(await applied()).toEqual([0, 2, 0]);
});

it('applies by chance, the same way for the same seed', async () => {
  const statuses = async () => {
    mailgun = await startLaboratory({ seed: 3 });
    await mailgun.fault({
      match: { endpoint: 'messages' },
      probability: 0.5,
      fault: { status: 500 },
    });
    const results = [];
    for (let call = 0; call < 20; call += 1) results.push((await sendOne()).status);
    return results;
  };

  const first = await statuses();

  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await statuses()).toEqual(first);
});

it('is removed by its id, or with all others', async () => {
  const { ids } = (await mailgun.fault([{ fault: { status: 500 } }, { fault: { status: 501 } }]))
    .json;

  await mailgun.call('DELETE', `/__simulator/faults/${String(ids[0])}`);
  expect((await sendOne()).status).toBe(501);
  await mailgun.call('DELETE', '/__simulator/faults');
  expect((await sendOne()).status).toBe(200);
});

it.each([
  [{ fault: { staus: 500 } }, "unknown 'staus' in fault"],
  [{ match: { endpont: 'x' }, fault: {} }, "unknown 'endpont' in match"],
  [{ fault: { status: 99 } }, 'fault.status is out of range'],
  [{ fault: { reset: 'later' } }, 'fault.reset is out of range'],
  [{ fault: {}, probability: 2 }, 'probability must be a number from 0 to 1'],
  [{ fault: {}, webhook: 'lose' }, 'exactly one of'],
  [{ webhook: 'explode' }, 'webhook.kind must be one of'],
  [[1], 'a fault must be a JSON object'],
])('is refused when it can not be meant: %j', async (fault, message) => {
  const answer = await mailgun.fault(fault);

  expect(answer.status).toBe(400);
  expect(answer.json.message).toContain(message);
  expect(await applied()).toEqual([]);
});

describe('a webhook', () => {
  const start = async (fault: object) => {
    const receiver = await startReceiver();
    mailgun = await startLaboratory({ webhookUrl: receiver.url });
    await mailgun.fault(fault);
    await mailgun.mail(['deliver-1@example.com']);
    await mailgun.settle();
    return receiver.received;
  };

  it('is lost, and its event is still in the events API', async () => {
    const received = await start({ match: { event: 'delivered' }, webhook: 'lose' });

    expect(received.map(({ event }) => event.event)).toEqual(['accepted']);
    const { items } = (await mailgun.call('GET', '/v3/mg.example.com/events')).json;
    expect(items).toHaveLength(2);
    expect(mailgun.books()).toMatchObject({
      webhooks: { lost: 1, posted: 1 },
      total: { outcomes: { delivered: 1 } },
    });
    expect(await applied()).toEqual([1]);
  });

  it.each([
    [false, 1],
    [true, 2],
  ])('comes twice, with tokens of their own: %s', async (resign, tokens) => {
    const received = await start({
      match: { event: 'accepted' },
      webhook: { kind: 'duplicate', resign },
    });

    const twice = received.filter(({ event }) => event.event === 'accepted');
    expect(twice).toHaveLength(2);
    expect(new Set(twice.map(({ signature }) => signature.token)).size).toBe(tokens);
    expect(new Set(twice.map(({ event }) => event.id)).size).toBe(1);
    expect(mailgun.books().webhooks.duplicated).toBe(1);
  });

  it('comes after the next of the same recipient', async () => {
    const received = await start({
      match: { event: 'accepted' },
      webhook: { kind: 'reorder', delayMs: 5000 },
    });

    expect(received.map(({ event }) => event.event)).toEqual(['delivered', 'accepted']);
    expect(mailgun.books().webhooks.reordered).toBe(1);
    expect(mailgun.idle()).toBe(true);
  });

  it('comes in reverse order when every one is to be reordered', async () => {
    const received = await start({ webhook: { kind: 'reorder', delayMs: 5000 } });

    expect(received.map(({ event }) => event.event)).toEqual(['delivered', 'accepted']);
  });

  it('comes later, if not hurried', async () => {
    const receiver = await startReceiver();
    mailgun = await startLaboratory({ webhookUrl: receiver.url });
    await mailgun.fault({ match: { event: 'accepted' }, webhook: { kind: 'delay', delayMs: 200 } });

    await mailgun.mail(['deliver-1@example.com']);
    await sleep(100);
    expect(receiver.received.map(({ event }) => event.event)).toEqual(['delivered']);
    expect(mailgun.idle()).toBe(false);
    await sleep(250);

    expect(receiver.received.map(({ event }) => event.event)).toEqual(['delivered', 'accepted']);
    expect(mailgun.books().webhooks.delayed).toBe(1);
  });

  it('carries a wrong signature', async () => {
    const { createHmac } = await import('node:crypto');
    const received = await start({ match: { event: 'accepted' }, webhook: 'badSignature' });

    const valid = received.map(
      ({ signature: { timestamp, token, signature } }) =>
        createHmac('sha256', mailgun.signingKey)
          .update(timestamp + token)
          .digest('hex') === signature,
    );
    expect(valid.filter((each) => !each)).toHaveLength(1);
    expect(mailgun.books().webhooks.corrupted).toBe(1);
  });
});
