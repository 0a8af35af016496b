import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SECRET_TIMING, SecretStore } from '../../lambdas/adapters/secrets/secret-store';
import { TransientError } from '../../lambdas/core/errors';
import { HttpListener } from '../../local/cloud/http/http-listener';
import { OperationCounters } from '../../local/cloud/operations/operation-counters';
import { createSecretStore } from '../../local/cloud/secrets/secret-store';
import { testClientSettings } from '../support/engines/endpoints';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { RecordingLog } from '../support/fakes/recording-log';
import {
  describeSecretSource,
  someSecrets,
  type SecretSourceInHand,
} from './secret-source.contract';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:mailer-a1B2c3';
const counters = new OperationCounters(0);

/** Secrets Manager as the local cloud has it: no engine of the others has one. */
let secretsManager: HttpListener;
let client: SecretsManagerClient;

beforeAll(async () => {
  secretsManager = await HttpListener.open(0, 'Secrets Manager');
  const endpoint = secretsManager.url;
  client = new SecretsManagerClient({ ...testClientSettings, endpoint, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await secretsManager.stop();
});

const serve = (value: string) => {
  const plan = { subject: 'secret', logicalId: 'Secret', name: 'mailer', arn, value };
  secretsManager.serve(createSecretStore([plan], counters));
};
const put = async (value: string): Promise<void> => {
  await client.send(new PutSecretValueCommand({ SecretId: arn, SecretString: value }));
};
const aSource = (secretId = arn) => {
  const log = new RecordingLog();
  return { log, source: new SecretStore({ client, secretId, clock: Date.now, log }) };
};

describeSecretSource('in memory', (secrets) => {
  const source = new InMemorySecrets(secrets);
  const inHand: SecretSourceInHand = {
    source,
    store: (stored) => Promise.resolve(void (source.stored = stored)),
    breakDown: () => Promise.resolve(void (source.fault = new TransientError('down'))),
    useUpRefreshes: () => Promise.resolve(void (source.mayRefresh = false)),
  };
  return Promise.resolve(inHand);
});

describeSecretSource('Secrets Manager', (secrets) => {
  serve(JSON.stringify(secrets));
  const { source } = aSource();
  return Promise.resolve({
    source,
    store: (stored) => put(JSON.stringify(stored)),
    breakDown: () => put('no JSON'),
    useUpRefreshes: async () => {
      for (let call = 0; call <= SECRET_TIMING.refreshBurst; call += 1) await source.refreshed();
    },
  });
});

it('rejects for now where there is no such secret, and quotes nothing of what is there', async () => {
  serve(JSON.stringify(someSecrets()));
  const { source, log } = aSource(`${arn}-other`);

  await expect(source.current()).rejects.toThrow(TransientError);
  expect(log.withCode('secret-not-read')).toHaveLength(1);
});

it.each([
  ['no JSON', 'pepper-of'],
  ['of another shape', '{"recipientPepper":"pepper-of"}'],
])('rejects for now while what is stored is %s, without a word of it', async (_what, value) => {
  serve(value);
  const { source, log } = aSource();

  const error = await source.current().catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(TransientError);
  expect(`${String(error)} ${log.text}`).not.toContain('pepper-of');
});

it('reads the current version, not the one before', async () => {
  serve(JSON.stringify(someSecrets('zeroth-key')));
  await put(JSON.stringify(someSecrets()));

  expect(await aSource().source.current()).toEqual(someSecrets());
  expect(
    await client.send(new GetSecretValueCommand({ SecretId: arn, VersionStage: 'AWSPREVIOUS' })),
  ).toMatchObject({ SecretString: JSON.stringify(someSecrets('zeroth-key')) });
});
