import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { SECRET_TIMING, SecretStore } from '../../../lambdas/adapters/secrets/secret-store';
import { TransientError } from '../../../lambdas/core/errors';
import { KEYS_JUDGE_FOR_MS } from '../../../lambdas/core/webhook/key-rotation';
import { RecordingLog } from '../../support/fakes/recording-log';

const SECRET_ID = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:mailer';
const MINUTE_MS = 60_000;
const manager = mockClient(SecretsManagerClient);

const aSecret = (signingKey = 'first-key') => ({
  apiKeys: { default: 'key-1' },
  webhookSigningKeys: [signingKey],
  recipientPepper: 'a-pepper-of-some-length',
});

function aStore() {
  const time = { ms: 1770146432_000 };
  const log = new RecordingLog();
  const client = new SecretsManagerClient({});
  const store = new SecretStore({ client, secretId: SECRET_ID, clock: () => time.ms, log });
  const signingKey = async () => (await store.current()).webhookSigningKeys[0];
  return { store, time, log, signingKey };
}

const holds = (secret: unknown) =>
  manager
    .on(GetSecretValueCommand)
    .resolves({ SecretString: typeof secret === 'string' ? secret : JSON.stringify(secret) });

const isDown = () => manager.on(GetSecretValueCommand).rejects(new Error('unavailable'));

const reads = () => manager.commandCalls(GetSecretValueCommand).length;

beforeEach(() => {
  manager.reset();
  holds(aSecret());
});

describe('the secrets in use', () => {
  it('are read once, by name, however many ask at the same time', async () => {
    const { store } = aStore();

    const [one, other] = await Promise.all([store.current(), store.current()]);

    expect(one).toEqual(aSecret());
    expect(other).toEqual(aSecret());
    expect(manager.commandCalls(GetSecretValueCommand)[0]!.args[0].input).toEqual({
      SecretId: SECRET_ID,
    });
    expect(reads()).toBe(1);
  });

  it('are read anew when they are five minutes old', async () => {
    const { time, signingKey } = aStore();
    await signingKey();
    holds(aSecret('second-key'));

    time.ms += 5 * MINUTE_MS - 1;
    expect(await signingKey()).toBe('first-key');
    time.ms += 1;
    expect(await signingKey()).toBe('second-key');
  });

  it('stay in use for six hours while Secrets Manager is down', async () => {
    const { store, time, signingKey } = aStore();
    await signingKey();
    isDown();

    time.ms += SECRET_TIMING.maxStaleMs - 1;
    expect(await signingKey()).toBe('first-key');
    time.ms += SECRET_TIMING.retryAfterMs;
    await expect(store.current()).rejects.toThrow(TransientError);
  });

  it('stay in use while what is stored is malformed', async () => {
    const { time, signingKey, log } = aStore();
    await signingKey();
    holds('{ "webhookSigningKeys": "not a list" }');

    time.ms += 10 * MINUTE_MS;

    expect(await signingKey()).toBe('first-key');
    expect(log.withCode('secret-not-read')).toHaveLength(1);
  });

  it('are not asked for again at once after a failure', async () => {
    const { store, time } = aStore();
    isDown();

    await expect(store.current()).rejects.toThrow(TransientError);
    await expect(store.current()).rejects.toThrow(TransientError);
    expect(reads()).toBe(1);

    holds(aSecret());
    time.ms += SECRET_TIMING.retryAfterMs;
    expect(await store.current()).toEqual(aSecret());
  });

  it.each([
    ['no JSON', 'key-1 {'],
    ['nothing', ''],
    ['a list', []],
    ['no pepper', { ...aSecret(), recipientPepper: undefined }],
    ['a pepper too short to protect anything', { ...aSecret(), recipientPepper: 'short' }],
    ['a key that is empty', { ...aSecret(), webhookSigningKeys: [''] }],
    ['an API key that is a number', { ...aSecret(), apiKeys: { default: 1 } }],
  ])('can not be %s', async (_what, secret) => {
    holds(secret);
    const { store, log } = aStore();

    const error = await store.current().catch((caught: unknown) => caught);

    // Retryable: a batch must wait for a person to mend the secret, not be given up for it.
    expect(error).toBeInstanceOf(TransientError);
    expect((error as TransientError).message).toMatch(/^the secret is malformed/);
    expect(`${String(error)} ${log.text}`).not.toMatch(/key-1|first-key|pepper-of|short/);
  });

  it.each(['replace-me', ' Replace-Me\n'])(
    'never take the placeholder %j for a key',
    async (key) => {
      holds({ ...aSecret(), apiKeys: { default: key }, webhookSigningKeys: [key, 'a-key'] });

      const { apiKeys, webhookSigningKeys } = await aStore().store.current();

      expect(apiKeys).toEqual({});
      expect(webhookSigningKeys).toEqual(['a-key']);
    },
  );

  it('say until when the signing key is being replaced', async () => {
    holds({ ...aSecret(), signingKeyRotationUntil: '2026-02-03T20:00:00+01:00' });

    expect(await aStore().store.current()).toEqual({
      ...aSecret(),
      signingKeyRotationUntilMs: Date.UTC(2026, 1, 3, 19),
    });
  });

  it.each(['soon', '', 7, null])('are not spoilt by %j for that time', async (until) => {
    holds({ ...aSecret(), signingKeyRotationUntil: until });

    expect(await aStore().store.current()).toEqual(aSecret());
  });

  it('may have no signing key yet', async () => {
    holds({ ...aSecret(), webhookSigningKeys: [] });

    expect((await aStore().store.current()).webhookSigningKeys).toEqual([]);
  });
});

describe('a refresh', () => {
  const { refreshBurst, refreshIntervalMs } = SECRET_TIMING;

  /** Uses up what may be read at once. */
  const useUp = async (store: SecretStore) => {
    for (let call = 0; call < 100; call += 1) await store.refreshed();
    return reads();
  };

  it('brings what is stored now, however fresh the secrets in use are', async () => {
    const { store, time, signingKey } = aStore();
    await signingKey();
    holds(aSecret('second-key'));

    const refreshed = { secrets: aSecret('second-key'), readAtMs: time.ms };
    expect(await store.refreshed()).toEqual(refreshed);
    expect(await signingKey()).toBe('second-key');
  });

  it('is not made for every caller of a flood, who learns how old the secrets are', async () => {
    const { store, time } = aStore();
    await store.current();
    const readAtMs = time.ms;

    for (let call = 0; call < 1_000; call += 1) await store.refreshed();
    time.ms += 1_000;

    expect(await store.refreshed()).toEqual({ secrets: aSecret(), readAtMs });
    expect(reads()).toBe(1 + refreshBurst);
  });

  it('is earned anew before the secrets are too old to judge a call', async () => {
    const { store, time } = aStore();
    const before = await useUp(store);

    time.ms += refreshIntervalMs - 1;
    await store.refreshed();
    expect(reads()).toBe(before);
    time.ms += 1;
    expect((await store.refreshed()).readAtMs).toBe(time.ms);
    await store.refreshed();
    expect(reads()).toBe(before + 1);
    expect(refreshIntervalMs).toBeLessThanOrEqual(KEYS_JUDGE_FOR_MS);
  });

  it('is earned every five seconds while the signing key is being replaced', async () => {
    const { store, time } = aStore();
    holds({ ...aSecret(), signingKeyRotationUntil: new Date(time.ms + 600_000).toISOString() });
    const before = await useUp(store);

    time.ms += 4_999;
    await store.refreshed();
    expect(reads()).toBe(before);
    time.ms += 1;
    await store.refreshed();
    expect(reads()).toBe(before + 1);
  });

  it('is not made where the secrets were read since a time, and costs none of the bucket', async () => {
    const { store, time } = aStore();
    const sinceMs = time.ms;
    await store.current();

    for (let call = 0; call < 100; call += 1) {
      expect(await store.refreshed(sinceMs)).toEqual({ secrets: aSecret(), readAtMs: sinceMs });
    }
    expect(reads()).toBe(1);
  });

  it('that began for somebody else is as old as its beginning', async () => {
    const { store, time } = aStore();
    const readAtMs = time.ms;
    const earlier = store.current();
    time.ms += 1;

    const refreshed = store.refreshed(time.ms);

    await earlier;
    expect(await refreshed).toEqual({ secrets: aSecret(), readAtMs });
    expect(reads()).toBe(1);
  });

  it('that fails leaves the secrets in use, as old as they are', async () => {
    const { store, time } = aStore();
    await store.current();
    const readAtMs = time.ms;
    isDown();
    time.ms += 1_000;

    expect(await store.refreshed()).toEqual({ secrets: aSecret(), readAtMs });
  });

  it('that fails with no secrets in use says so', async () => {
    isDown();

    await expect(aStore().store.refreshed()).rejects.toThrow(TransientError);
  });
});
