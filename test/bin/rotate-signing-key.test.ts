import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HttpListener } from '../../local/cloud/http/http-listener';
import { OperationCounters } from '../../local/cloud/operations/operation-counters';
import { createSecretStore } from '../../local/cloud/secrets/secret-store';
import {
  startLaboratory,
  stopLaboratories,
  type Laboratory,
} from '../local/mailgun-simulator/api-client';
import { testClientSettings } from '../support/engines/endpoints';
import { aCloudFormation } from './cloud-formation';

const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:mailer-a1B2c3';
let folder: string;
let secretsManager: HttpListener;
let client: SecretsManagerClient;
let mailgun: Laboratory;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rotation-'));
  secretsManager = await HttpListener.open(0, 'Secrets Manager');
  client = new SecretsManagerClient({ ...testClientSettings, endpoint: secretsManager.url });
  mailgun = await startLaboratory({ signingKey: 'first-signing-key' });
  const endpoints = {
    ...testClientSettings,
    services: { secretsmanager: secretsManager.url },
    outputs: { SecretArn: arn },
    mailgun: { url: mailgun.url, apiKey: mailgun.apiKey },
  };
  await writeFile(join(folder, 'endpoints.json'), JSON.stringify(endpoints));
  const outputs = { 'campaign-mailgun-dev-state': { SecretArn: arn } };
  await writeFile(join(folder, 'cdk-outputs.json'), JSON.stringify(outputs));
});

beforeEach(() => store(['first-signing-key']));

afterAll(async () => {
  client.destroy();
  await stopLaboratories();
  await secretsManager.stop();
  await rm(folder, { recursive: true });
});

function store(webhookSigningKeys: readonly string[]) {
  const value = JSON.stringify({
    apiKeys: { default: mailgun.apiKey },
    webhookSigningKeys,
    recipientPepper: 'a-pepper-of-some-length',
  });
  const plan = { subject: 'secret', logicalId: 'Secret', name: 'mailer', arn, value };
  secretsManager.serve(createSecretStore([plan], new OperationCounters(0)));
}

async function stored() {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  return JSON.parse(SecretString!) as Record<string, unknown>;
}

const signingKey = async () => {
  const { text } = await mailgun.call('GET', '/v5/accounts/http_signing_key');
  return (JSON.parse(text) as { http_signing_key: string }).http_signing_key;
};

/** Runs the command as `npm run rotate-signing-key --` does. */
function run(args: readonly string[], { input = '', environment = {} } = {}) {
  const { accessKeyId, secretAccessKey } = testClientSettings.credentials;
  const command = ['--import', 'tsx', 'bin/rotate-signing-key.ts', ...args];
  const child = spawn(process.execPath, command, {
    env: {
      PATH: process.env['PATH'],
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.url,
      ...environment,
    },
  });
  child.stdin.end(input);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (output.stdout += String(text)));
  child.stderr.on('data', (text) => (output.stderr += String(text)));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, ...output }));
  });
}

it('has Mailgun make a key, stores it before the old one, and shows neither', async () => {
  const before = await signingKey();
  store([before]);

  const { code, stdout, stderr } = await run(['--local', '--state', folder]);

  const after = await signingKey();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(after).not.toBe(before);
  expect(await stored()).toEqual({
    apiKeys: { default: mailgun.apiKey },
    webhookSigningKeys: [after, before],
    recipientPepper: 'a-pepper-of-some-length',
  });
  expect(stdout).toContain('made a new key');
  expect(stdout).toContain('in 9 hours: the same command with --forget-previous');
  for (const key of [before, after, mailgun.apiKey]) expect(stdout).not.toContain(key);

  expect((await run(['--local', '--state', folder, '--forget-previous'])).code).toBe(0);
  expect(await stored()).toMatchObject({ webhookSigningKeys: [after] });
}, 120_000);

it('takes a key from a person, for a stage that is deployed', async () => {
  const { code, stdout } = await run(
    ['--stage', 'dev', '--outputs', join(folder, 'cdk-outputs.json'), '--new-key-from-stdin'],
    { input: 'too short\npasted-signing-key\n' },
  );

  expect(code).toBe(0);
  expect(await stored()).toMatchObject({
    webhookSigningKeys: ['pasted-signing-key', 'first-signing-key'],
  });
  expect(stdout).toContain('this is no key');
  expect(stdout).not.toContain('pasted-signing-key');
}, 120_000);

it('finds the secret of a deployed stage by asking CloudFormation', async () => {
  const { server, url } = await aCloudFormation('campaign-mailgun-prod-state', { SecretArn: arn });
  const environment = { AWS_ENDPOINT_URL_CLOUDFORMATION: url };
  const input = 'pasted-signing-key\n';
  try {
    const known = await run(['--stage', 'prod', '--new-key-from-stdin'], { input, environment });
    expect(known).toMatchObject({ code: 0, stderr: '' });
    expect(await stored()).toMatchObject({
      webhookSigningKeys: ['pasted-signing-key', 'first-signing-key'],
    });

    const unknown = await run(['--stage', 'test', '--new-key-from-stdin'], { environment });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('the stack campaign-mailgun-test-state (ValidationError)');
  } finally {
    server.close();
  }
}, 120_000);

it('says which setting is missing where AWS can not be asked', async () => {
  const { code, stderr } = await run(['--stage', 'prod'], {
    environment: { AWS_REGION: undefined },
  });

  expect(code).toBe(2);
  expect(stderr).toContain('(Region is missing); deploy it first, or check region and credentials');
}, 30_000);

it('says what to do next where Mailgun refuses, and leaves the secret as it was', async () => {
  const { code, stdout, stderr } = await run(['--local', '--state', folder], {
    environment: { MAILGUN_API_KEY: 'a-key-that-may-only-send' },
  });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('status 401: needs an account key of this region');
  expect(stderr).toContain('next: mend that, and run it again');
  expect(stderr).not.toContain('a-key-that-may-only-send');
  expect(await stored()).not.toHaveProperty('signingKeyRotationUntil');
}, 30_000);

it('does not forget keys where the first is not in use', async () => {
  store(['another-signing-key', 'first-signing-key']);

  const { code, stdout } = await run(['--local', '--state', folder, '--forget-previous']);

  expect(code).toBe(1);
  expect(stdout).toContain('replace it first');
  expect(await stored()).toMatchObject({
    webhookSigningKeys: ['another-signing-key', 'first-signing-key'],
  });
}, 30_000);

it.each([
  [[], 'received 0 of --local, --stage and --secret, expected one'],
  [['--local', '--secret', 'x'], 'received 2 of --local, --stage and --secret'],
  [['--secret', 'x', '--region', 'mars'], '--region: received mars, expected us or eu'],
  [['--force'], "Unknown option '--force'"],
  [['--local', '--state', 'nowhere'], 'start the local cloud first: npm start'],
  [['--stage', 'dev', '--outputs', 'package.json'], '--stage: received dev, expected'],
])(
  'explains the usage after %j, with exit code 2',
  async (args, message) => {
    const { code, stdout, stderr } = await run(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toContain('npm run rotate-signing-key -- --local');
  },
  30_000,
);
