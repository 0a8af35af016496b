import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { HttpListener } from '../../local/cloud/http/http-listener';
import { OperationCounters } from '../../local/cloud/operations/operation-counters';
import { createSecretStore } from '../../local/cloud/secrets/secret-store';
import { startSimulator, type Simulator } from '../../local/mailgun-simulator/simulator';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:s-Local0';
const API_KEY = 'key-0123456789abcdef';
const SIGNING_KEY = 'sign-0123456789abcdef';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const state = mkdtempSync(join(tmpdir(), 'setup-'));
let simulator: Simulator;
let secrets: HttpListener;

const FIRST = {
  apiKeys: { default: 'replace-me' },
  webhookSigningKeys: ['replace-me'],
  recipientPepper: 'pepper-of-the-first-deployment',
  somethingNew: { kept: true },
};

beforeEach(async () => {
  const domains = ['mg.example.com'];
  simulator = await startSimulator({ apiKeys: [API_KEY], signingKey: SIGNING_KEY, domains });
  secrets = await HttpListener.open(0, 'secrets');
  const plan = { subject: 's', logicalId: 's', name: 's', arn: ARN, value: JSON.stringify(FIRST) };
  secrets.serve(createSecretStore([plan], new OperationCounters(0)));
  const outputs = {
    SecretArn: ARN,
    WebhookUrl: 'https://hooks.example.com/x',
    WebhookRegistrationStatus: 'registered',
  };
  const services = { secretsmanager: secrets.url };
  writeFileSync(
    join(state, 'endpoints.json'),
    JSON.stringify({ region: 'us-east-1', credentials, services, outputs }),
  );
});

afterEach(async () => {
  await simulator.stop();
  await secrets.stop();
});

const run = (environment: Record<string, string>, ...args: string[]) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const local = ['--local', '--state', state, '--domain', 'mg.example.com'];
    const command = ['bin/setup.ts', ...local, '--api-base-url', simulator.url, ...args];
    const env = { PATH: process.env['PATH'], ...environment };
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', ...command],
      { env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(environment['STDIN'] ?? '');
  });

async function stored(): Promise<unknown> {
  const client = new SecretsManagerClient({
    region: 'us-east-1',
    credentials,
    endpoint: secrets.url,
  });
  const { SecretString: text = '' } = await client.send(
    new GetSecretValueCommand({ SecretId: ARN }),
  );
  return JSON.parse(text);
}

const SET_UP = { ...FIRST, apiKeys: { default: API_KEY }, webhookSigningKeys: [SIGNING_KEY] };

it('checks the key, fetches the signing key, stores both, registers, and echoes neither', async () => {
  const first = await run({ MAILGUN_API_KEY: API_KEY });
  const again = await run({ STDIN: JSON.stringify({ apiKey: API_KEY }) }, '--keys-from-stdin');

  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toMatch(/is active[^]*fetched from Mailgun[^]*written[^]*registered/);
  expect(again.stdout).toContain('unchanged');
  expect(await stored()).toEqual(SET_UP);
  const said = first.stdout + again.stdout;
  for (const secret of [API_KEY, SIGNING_KEY, 'hooks.example.com', FIRST.recipientPepper]) {
    expect(said).not.toContain(secret);
  }
  const list = await fetch(`${simulator.url}/v3/domains/mg.example.com/webhooks`, {
    headers: { authorization: `Basic ${btoa(`api:${API_KEY}`)}` },
  });
  const { webhooks } = (await list.json()) as { webhooks: object };
  expect(Object.keys(webhooks)).toHaveLength(8);
}, 60_000);

it('keeps the key before as the previous one of a rotation', async () => {
  await run({ MAILGUN_API_KEY: API_KEY });
  await run({ MAILGUN_API_KEY: API_KEY, MAILGUN_WEBHOOK_SIGNING_KEY: 'next' }, '--own-key');

  expect(await stored()).toEqual({
    ...SET_UP,
    apiKeys: { default: API_KEY, 'mg.example.com': API_KEY },
    webhookSigningKeys: ['next', SIGNING_KEY],
  });
}, 60_000);

it.each<[string, Record<string, string>, string[], readonly [number, string]]>([
  ['a wrong key', { MAILGUN_API_KEY: 'wrong' }, [], [1, 'Mailgun does not know the API key (401)']],
  ['no key', {}, [], [1, 'Mailgun API key: not given, and there is nobody to ask']],
  [
    'another domain',
    { MAILGUN_API_KEY: API_KEY },
    ['--domain', 'x.example.com'],
    [1, 'it has mg.example.com'],
  ],
  [
    'no signing key',
    { MAILGUN_API_KEY: 'wrong' },
    ['--sending-key-only'],
    [1, 'HTTP webhook signing key: not given'],
  ],
  [
    'torn input',
    { STDIN: `{"apiKey":"${API_KEY}` },
    ['--keys-from-stdin'],
    [1, '--keys-from-stdin: expected'],
  ],
  ['a key as an argument', {}, ['--api-key', API_KEY], [2, "Unknown option '--api-key'"]],
  ['another region', {}, ['--region', 'mars'], [2, '--region: received mars, expected us or eu']],
])(
  'writes nothing after %s, and says why',
  async (_what, environment, args, [code, message]) => {
    const result = await run(environment, ...args);

    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stderr + result.stdout).not.toContain(API_KEY);
    expect(await stored()).toEqual(FIRST);
  },
  60_000,
);

it('stores a key that may send only where it is told to', async () => {
  const environment = { MAILGUN_API_KEY: 'sending', MAILGUN_WEBHOOK_SIGNING_KEY: SIGNING_KEY };
  const { code, stdout } = await run(environment, '--sending-key-only');

  expect(code).toBe(0);
  expect(stdout).toContain('each needs an account key');
  expect(await stored()).toMatchObject({ apiKeys: { default: 'sending' } });
}, 60_000);
