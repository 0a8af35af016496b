import { SendingQueueReader } from '../../../lambdas/adapters/mailgun/sending-queue-status';
import { PermanentError, TransientError } from '../../../lambdas/core/errors';
import { InMemorySecrets } from '../../support/fakes/in-memory-secrets';
import { accessTo, DOMAIN, startScriptedApi, type ScriptedApi } from './scripted-api';

let api: ScriptedApi;

beforeEach(async () => {
  api = await startScriptedApi();
});

afterEach(() => api.stop());

const inTenSeconds = () => Date.now() + 10_000;

function read(secrets = new InMemorySecrets()) {
  return new SendingQueueReader(accessTo(api.url, secrets)).read(DOMAIN, inTenSeconds());
}

const OPEN = { is_disabled: false };
const queues = (regular: unknown, scheduled: unknown = OPEN) => ({ body: { regular, scheduled } });

it("asks for the domain's queues with its key", async () => {
  api.respond = () => queues(OPEN);

  await read(new InMemorySecrets({ apiKeys: { [DOMAIN]: 'own-key', default: 'key' } }));

  expect(api.requests).toEqual([
    { path: '/v3/domains/mg.example.com/sending_queues', query: {}, key: 'own-key' },
  ]);
});

it.each([
  ['Mon, 20 Dec 2021 20:33:21 UTC'],
  ['Mon, 20 Dec 2021 20:33:21 GMT'],
  ['Mon, 20 Dec 2021 21:33:21 +0100'],
  ['2021-12-20T20:33:21Z'],
])('reads a queue that is disabled until %s', async (until) => {
  const reason = 'You have too many messages in queue';
  api.respond = () => queues({ is_disabled: true, disabled: { until, reason } });

  expect(await read()).toEqual({
    ...{ disabled: true, untilMs: Date.UTC(2021, 11, 20, 20, 33, 21), reason },
  });
});

it.each<[string, unknown, object]>([
  ['that is open', { is_disabled: false, disabled: { until: '', reason: '' } }, {}],
  ['that says nothing about why', { is_disabled: false }, {}],
  ['with a null', { is_disabled: false, disabled: null }, {}],
])('reads a queue %s', async (_what, regular, more) => {
  api.respond = () => queues(regular);

  expect(await read()).toEqual({ disabled: false, ...more });
});

it.each(['', 'soon', 7, null, undefined, 'try again later', 'ada@example.com'])(
  'knows no time where it is told as %j',
  async (until) => {
    api.respond = () => queues({ is_disabled: true, disabled: { until } });

    expect(await read()).toEqual({ disabled: true });
  },
);

it('asks the queue that mail goes through, not the one of what is scheduled', async () => {
  api.respond = () => queues(OPEN, { is_disabled: true, disabled: { until: 'x', reason: 'y' } });

  expect(await read()).toEqual({ disabled: false });
});

it('takes addresses out of the reason, and its end', async () => {
  const reason = `too much for ada@example.com\n${'and more '.repeat(1_000)}`;
  api.respond = () => queues({ is_disabled: true, disabled: { reason } });

  const status = await read();

  expect(status?.reason).toMatch(/^too much for \[address\] and more /);
  expect(status?.reason).toHaveLength(300);
});

describe('knows nothing', () => {
  it.each<[string, unknown]>([
    ['no JSON', '<html>'],
    ['empty', ''],
    ['cut', '{"regular":{"is_disabled":tr'],
    ['a list', []],
    ['null', 'null'],
    ['without the queue', { scheduled: OPEN }],
    ['with a queue that is none', { regular: [true] }],
    ['with a queue that says nothing', { regular: {} }],
    ['with a queue that says it in a text', { regular: { is_disabled: 'true' } }],
    ['of a wrong address of the API', 'Mailgun Magnificent API'],
  ])('of a body that is %s', async (_what, body) => {
    api.respond = () => ({ body });

    expect(await read()).toBeUndefined();
  });

  it.each([202, 204, 301, 400, 401, 403, 404, 420, 429, 500, 503])(
    'of an answer with %i',
    async (status) => {
      api.respond = () => ({ status, ...queues({ is_disabled: true }) });

      expect(await read()).toBeUndefined();
    },
  );

  it('of a lost connection', async () => {
    api.serve = (_response, request) => request.socket.resetAndDestroy();

    expect(await read()).toBeUndefined();
  });

  it('of silence, in time', async () => {
    api.respond = () => undefined;
    const reader = new SendingQueueReader(accessTo(api.url));

    expect(await reader.read(DOMAIN, Date.now() + 200)).toBeUndefined();
  });

  it('where the time is up already, and asks nobody', async () => {
    const reader = new SendingQueueReader(accessTo(api.url));

    expect(await reader.read(DOMAIN, Date.now())).toBeUndefined();
    expect(api.requests).toHaveLength(0);
  });

  it('without a key', async () => {
    expect(await read(new InMemorySecrets({ apiKeys: {} }))).toBeUndefined();
  });

  it('while the secret can not be read', async () => {
    const secrets = new InMemorySecrets();
    secrets.fault = new TransientError('secrets are down');

    expect(await read(secrets)).toBeUndefined();
  });

  it('where the secret goes away between a 401 and the new key', async () => {
    const secrets = new InMemorySecrets();
    api.respond = () => {
      secrets.fault = new TransientError('secrets are down');
      return { status: 401, body: 'Forbidden' };
    };

    expect(await read(secrets)).toBeUndefined();
  });
});

it('asks again with the key that replaced the one it had', async () => {
  const secrets = new InMemorySecrets({ apiKeys: { default: 'old' } });
  secrets.stored = { ...secrets.stored, apiKeys: { default: 'new' } };
  api.respond = ({ key }) => (key === 'new' ? queues(OPEN) : { status: 401, body: 'Forbidden' });

  expect(await read(secrets)).toEqual({ disabled: false });
});

it('rejects for a domain that is not configured', async () => {
  const reader = new SendingQueueReader(accessTo(api.url));

  await expect(reader.read('other.example.com', inTenSeconds())).rejects.toThrow(PermanentError);
});
