import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { SecretStore } from '../../../lambdas/adapters/secrets/secret-store';
import { SigningKeysInSecret } from '../../../lambdas/adapters/secrets/signing-keys-in-secret';
import { RecordingLog } from '../../support/fakes/recording-log';

const manager = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({});
const keys = new SigningKeysInSecret(client, 'mailer');
let stored: string;

beforeEach(() => {
  manager.reset();
  stored = JSON.stringify({
    apiKeys: { default: 'api-key' },
    webhookSigningKeys: ['replace-me', 'old-key'],
    recipientPepper: 'a-pepper-of-some-length',
    ofTheTeam: { other: 1 },
  });
  manager.on(GetSecretValueCommand).callsFake(() => ({ SecretString: stored }));
  manager.on(PutSecretValueCommand).callsFake(({ SecretString }: { SecretString: string }) => {
    stored = SecretString;
  });
});

describe('signing keys in the secret', () => {
  it('are read without placeholders', async () => {
    expect(await keys.read()).toEqual(['old-key']);
  });

  it('are written, and everything else stays: a pepper that is lost orphans every digest', async () => {
    await keys.write(['new-key', 'old-key']);

    expect(JSON.parse(stored)).toEqual({
      apiKeys: { default: 'api-key' },
      webhookSigningKeys: ['new-key', 'old-key'],
      recipientPepper: 'a-pepper-of-some-length',
      ofTheTeam: { other: 1 },
    });
  });

  it('carry a mark that workers understand, until they are written without it', async () => {
    const untilMs = Date.UTC(2026, 1, 3, 19);
    const read = () =>
      new SecretStore({
        ...{ client, secretId: 'mailer', clock: Date.now, log: new RecordingLog() },
      }).current();

    await keys.write(['old-key'], untilMs);
    expect(await read()).toMatchObject({ signingKeyRotationUntilMs: untilMs });
    await keys.write(['new-key', 'old-key']);
    expect(await read()).not.toHaveProperty('signingKeyRotationUntilMs');
  });

  it.each([
    '',
    'old-key {',
    '[]',
    '{"webhookSigningKeys":"old-key"}',
    '{"webhookSigningKeys":[7]}',
  ])('are neither read from nor written over %j, nor is it quoted', async (text) => {
    stored = text;

    const errors = await Promise.all([
      keys.read().catch(String),
      keys.write(['new-key']).catch(String),
    ]);

    for (const error of errors) expect(error).toMatch(/^PermanentError: the secret is malformed/);
    expect(errors.join()).not.toContain('old-key');
    expect(stored).toBe(text);
  });
});
