import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { MailgunGateway } from '../../../lambdas/adapters/mailgun/mailgun-gateway';
import { Transport } from '../../../lambdas/adapters/mailgun/transport';
import type { MailerSecrets } from '../../../lambdas/core/secrets';
import { readParts } from '../../../local/mailgun-simulator/http/multipart';

const DOMAIN = 'mg.example.com';
const fields = {
  from: 'news@mg.example.com',
  to: 'ada@example.com, bob@example.com',
  subject: 'Hi %recipient.first%',
  'o:tag': ['spring', 'news'],
  'recipient-variables': '{"ada@example.com":{"first":"Ada"}}',
};

interface Received {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly form: FormData;
  readonly socket: Socket;
}

let server: Server;
let received: Received[];
let respond: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  received = [];
  respond = (response) =>
    response.end('{"id":"<1@mg.example.com>","message":"Queued. Thank you."}');
  server = createServer((request, response) => {
    void readForm(request).then((form) => {
      const { url: path, socket } = request;
      received.push({ path, authorization: request.headers.authorization, form, socket });
      respond(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function readForm(request: IncomingMessage): Promise<FormData> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const parts = readParts(Buffer.concat(chunks), request.headers['content-type'] ?? '') ?? [];
  const form = new FormData();
  for (const [name, value] of parts) if (typeof value === 'string') form.append(name, value);
  return form;
}

const secretsOf = (apiKeys: MailerSecrets['apiKeys']) => {
  const secrets = { apiKeys, webhookSigningKeys: [], recipientPepper: 'pepper' };
  return {
    current: () => Promise.resolve(secrets),
    refreshed: () => Promise.resolve({ secrets, readAtMs: Date.now() }),
  };
};

const urlOf = (to: { address(): unknown }) =>
  `http://127.0.0.1:${(to.address() as AddressInfo).port}`;

function gatewayTo(apiBaseUrl: string, apiKeys: MailerSecrets['apiKeys'] = { default: 'key-1' }) {
  return new MailgunGateway({
    domains: { [DOMAIN]: { region: 'us', apiBaseUrl } },
    secrets: secretsOf(apiKeys),
    transport: new Transport({ connectTimeoutMs: 500 }),
    clock: Date.now,
  });
}

const inTenSeconds = () => Date.now() + 10_000;

it('posts one form with the key of the account', async () => {
  const outcome = await gatewayTo(urlOf(server)).send(DOMAIN, fields, inTenSeconds());

  expect(outcome).toEqual({ outcome: 'taken', messageId: '1@mg.example.com' });
  expect(received).toHaveLength(1);
  const [{ path, authorization, form }] = received as [Received];
  expect(path).toBe('/v3/mg.example.com/messages');
  expect(authorization).toBe(`Basic ${Buffer.from('api:key-1').toString('base64')}`);
  expect(form.getAll('o:tag')).toEqual(['spring', 'news']);
  expect(form.get('to')).toBe(fields.to);
  expect(form.get('recipient-variables')).toBe(fields['recipient-variables']);
});

it('uses a domain key where there is one', async () => {
  await gatewayTo(urlOf(server), { default: 'key-1', [DOMAIN]: 'key-2' }).send(
    DOMAIN,
    fields,
    inTenSeconds(),
  );

  expect(received[0]?.authorization).toBe(`Basic ${Buffer.from('api:key-2').toString('base64')}`);
});

it('blocks a domain without a key, and calls nobody', async () => {
  const outcome = await gatewayTo(urlOf(server), {}).send(DOMAIN, fields, inTenSeconds());

  expect(outcome).toEqual({
    outcome: 'domainCannotSend',
    reason: 'the secret holds no API key for it',
  });
  expect(received).toHaveLength(0);
});

it('does not block a domain whose key was stored after this worker read the secret', async () => {
  const before = { apiKeys: {}, webhookSigningKeys: [], recipientPepper: 'pepper' };
  const secrets = { ...before, apiKeys: { default: 'key-1' } };
  const gateway = new MailgunGateway({
    domains: { [DOMAIN]: { region: 'us', apiBaseUrl: urlOf(server) } },
    secrets: {
      current: () => Promise.resolve(before),
      refreshed: () => Promise.resolve({ secrets, readAtMs: Date.now() }),
    },
    transport: new Transport(),
    clock: Date.now,
  });

  expect(await gateway.send(DOMAIN, fields, inTenSeconds())).toMatchObject({ outcome: 'taken' });
});

it('does not block a domain whose key was rotated while this worker held the old one', async () => {
  respond = (response) => response.writeHead(401).end('Forbidden');
  const secretsHeld = {
    apiKeys: { default: 'old' },
    webhookSigningKeys: [],
    recipientPepper: 'pepper',
  };
  const secretsNow = { ...secretsHeld, apiKeys: { default: 'new' } };
  const gateway = (secrets: MailerSecrets) =>
    new MailgunGateway({
      domains: { [DOMAIN]: { region: 'us', apiBaseUrl: urlOf(server) } },
      secrets: {
        current: () => Promise.resolve(secretsHeld),
        refreshed: () => Promise.resolve({ secrets, readAtMs: Date.now() }),
      },
      transport: new Transport(),
      clock: Date.now,
    });

  expect(await gateway(secretsNow).send(DOMAIN, fields, inTenSeconds())).toMatchObject({
    outcome: 'notSent',
  });
  expect(await gateway(secretsHeld).send(DOMAIN, fields, inTenSeconds())).toMatchObject({
    outcome: 'domainCannotSend',
  });
});

it('keeps the headers of a refusal', async () => {
  respond = (response) =>
    response.writeHead(429, { 'Retry-After': '77' }).end('{"message":"slow down"}');

  const before = Date.now();
  const outcome = await gatewayTo(urlOf(server)).send(DOMAIN, fields, inTenSeconds());

  expect(outcome).toMatchObject({ outcome: 'domainMustWait' });
  const { untilMs } = outcome as { untilMs: number };
  expect(untilMs - before).toBeGreaterThanOrEqual(77_000);
  expect(untilMs - before).toBeLessThan(87_000);
});

it('uses one connection for calls in a row', async () => {
  const gateway = gatewayTo(urlOf(server));
  for (let call = 0; call < 3; call += 1) await gateway.send(DOMAIN, fields, inTenSeconds());

  expect(new Set(received.map(({ socket }) => socket)).size).toBe(1);
});

it('follows no redirect', async () => {
  respond = (response) => response.writeHead(302, { Location: `${urlOf(server)}/elsewhere` }).end();

  expect(await gatewayTo(urlOf(server)).send(DOMAIN, fields, inTenSeconds())).toEqual({
    outcome: 'unknown',
    cause: 'http-302',
  });
  expect(received).toHaveLength(1);
});

describe('nothing was sent', () => {
  it('when the name does not resolve', async () => {
    const outcome = await gatewayTo('http://no-such-host.invalid').send(
      DOMAIN,
      fields,
      inTenSeconds(),
    );

    expect(outcome).toMatchObject({ outcome: 'notSent' });
  });

  it('when the connection is refused', async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const url = urlOf(closed);
    await new Promise((resolve) => closed.close(resolve));

    expect(await gatewayTo(url).send(DOMAIN, fields, inTenSeconds())).toEqual({
      outcome: 'notSent',
      network: true,
      reason: 'ECONNREFUSED',
    });
  });

  it('when TLS can not be agreed on', async () => {
    const plain = createTcpServer((socket) => socket.end('this is no TLS\r\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));

    const url = urlOf(plain).replace('http:', 'https:');
    const outcome = await gatewayTo(url).send(DOMAIN, fields, inTenSeconds());
    plain.close();

    expect(outcome).toMatchObject({ outcome: 'notSent' });
  });

  it('when TLS never comes to an end', async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));

    const url = urlOf(silent).replace('http:', 'https:');
    const outcome = await gatewayTo(url).send(DOMAIN, fields, inTenSeconds());
    for (const socket of sockets) socket.destroy();
    silent.close();

    expect(outcome).toEqual({ outcome: 'notSent', network: true, reason: 'connect-timeout' });
  });
});

describe('nobody can tell', () => {
  it.each<[string, (response: ServerResponse, request: IncomingMessage) => void]>([
    [
      'the connection is reset after the request',
      (_response, { socket }) => socket.resetAndDestroy(),
    ],
    ['the connection is closed after the request', (_response, { socket }) => socket.destroy()],
    [
      'the connection breaks off in the answer',
      (response, { socket }) => {
        response.writeHead(200, { 'content-length': '500' });
        response.write('{"id":');
        setTimeout(() => socket.destroy(), 20);
      },
    ],
    ['the answer is empty', (response) => response.end()],
    [
      'the server fails',
      (response) => response.writeHead(500).end('{"message":"Internal Server Error"}'),
    ],
  ])('when %s', async (_what, answer) => {
    respond = answer;

    const outcome = await gatewayTo(urlOf(server)).send(DOMAIN, fields, inTenSeconds());

    expect(outcome).toMatchObject({ outcome: 'unknown' });
    expect(received).toHaveLength(1);
  });

  it('when no answer comes before the deadline', async () => {
    respond = () => undefined;

    const outcome = await gatewayTo(urlOf(server)).send(DOMAIN, fields, Date.now() + 300);

    expect(outcome).toEqual({ outcome: 'unknown', cause: 'timeout' });
  });

  it('when the answer trickles past the deadline', async () => {
    respond = (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    };

    const outcome = await gatewayTo(urlOf(server)).send(DOMAIN, fields, Date.now() + 300);

    expect(outcome).toEqual({ outcome: 'unknown', cause: 'timeout' });
  });

  it('when the connection is reset in the middle of the request', async () => {
    const rude = createTcpServer((socket) => {
      socket.once('data', () => socket.resetAndDestroy());
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));

    const large = { ...fields, text: 'x'.repeat(20_000_000) };
    const outcome = await gatewayTo(urlOf(rude)).send(DOMAIN, large, inTenSeconds());
    rude.close();

    expect(outcome).toMatchObject({ outcome: 'unknown' });
  });

  it('never repeats a call by itself', async () => {
    let connections = 0;
    const counting = createTcpServer((socket) => {
      connections += 1;
      socket.once('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => counting.listen(0, '127.0.0.1', resolve));

    await gatewayTo(urlOf(counting)).send(DOMAIN, fields, inTenSeconds());
    counting.close();

    expect(connections).toBe(1);
  });
});

it('opens a new connection where the old one has been idle for too long', async () => {
  jest.useFakeTimers({
    doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'nextTick', 'queueMicrotask'],
  });
  try {
    const gateway = gatewayTo(urlOf(server));
    await gateway.send(DOMAIN, fields, inTenSeconds());
    await new Promise((resolve) => setImmediate(resolve));
    // A frozen sandbox: the clock goes on, no timer fires.
    jest.setSystemTime(Date.now() + 60_000);
    await gateway.send(DOMAIN, fields, inTenSeconds());

    expect(new Set(received.map(({ socket }) => socket)).size).toBe(2);
  } finally {
    jest.useRealTimers();
  }
});
