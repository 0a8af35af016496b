import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { nameOf, type Resource } from './deployment';
import { runProgram } from './program';

// Not below the project, so that nothing but the bundle itself can be found.
const outdir = mkdtempSync(join(tmpdir(), 'campaign-mailgun-'));

beforeAll(async () => {
  const { code, stderr } = await runProgram({ CDK_OUTDIR: outdir });
  if (code !== 0) throw new Error(stderr);
}, 120_000);

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const ADDRESS = 'ada@example.com';
const torn = `{"recipient":"${ADDRESS}"`;
const queued = { Records: [{ messageId: 'a', body: torn, attributes: {} }] };
const requestedOfRestApi = (method: string, path: string) => ({
  ...{ resource: path, path, httpMethod: method, headers: null, multiValueHeaders: null },
  requestContext: { requestId: 'the-call', identity: { sourceIp: '192.0.2.1' } },
  ...{ body: torn, isBase64Encoded: false },
});
const requested = (method: string, path: string) => ({
  version: '2.0',
  routeKey: `${method} ${path}`,
  rawPath: path,
  headers: {},
  requestContext: { requestId: 'the-call', http: { method, path } },
  body: torn,
});

describe('with no AWS to be reached, the bundle of', () => {
  it.each([
    ['the sender', 'BatchSender', queued, { batchItemFailures: [{ itemIdentifier: 'a' }] }],
    ['the releaser', 'ParkedReleaser', queued, { batchItemFailures: [{ itemIdentifier: 'a' }] }],
    ['the releaser, on schedule,', 'ParkedReleaser', {}, { failed: 'TransientError' }],
    ['the reconciler', 'Reconciler', queued, { batchItemFailures: [{ itemIdentifier: 'a' }] }],
    [
      'the publisher',
      'NotificationPublisher',
      queued,
      { batchItemFailures: [{ itemIdentifier: 'a' }] },
    ],
    ['the guard', 'CampaignGuard', queued, { batchItemFailures: [{ itemIdentifier: 'a' }] }],
    ['the guard, on schedule,', 'CampaignGuard', {}, { failed: 'TransientError' }],
    ['the syncer', 'SuppressionSyncer', queued, { batchItemFailures: [{ itemIdentifier: 'a' }] }],
    ['the syncer, on schedule,', 'SuppressionSyncer', {}, { failed: 'TransientError' }],
    ['the event recorder', 'EventRecorder', queued, { failed: 'TransientError' }],
    [
      'the webhook receiver',
      'WebhookReceiver',
      requested('POST', '/webhooks/mailgun'),
      { statusCode: 406 },
    ],
    [
      'the webhook receiver, behind a REST API,',
      'WebhookReceiver',
      requestedOfRestApi('POST', '/webhooks/mailgun'),
      { statusCode: 406 },
    ],
    ['the control API', 'ControlApi', requested('GET', '/nothing'), { statusCode: 404 }],
    ['the webhook registrar', 'WebhookRegistration', {}, { failed: 'TransientError' }],
    ['the domain doctor', 'DomainDoctor', {}, { failed: 'TransientError' }],
  ])(
    '%s runs by itself, answers, and prints no address',
    async (_what, capability, event, expected) => {
      const { answer, output } = await invoke(`${capability}Function`, event);

      expect(answer).toMatchObject(expected);
      expect(output).not.toContain(ADDRESS);
    },
    60_000,
  );

  it.each([
    ['an HTTP API', requested('POST', '/webhooks/mailgun')],
    ['a REST API', requestedOfRestApi('POST', '/webhooks/mailgun')],
  ])('the webhook receiver calls a call of %s by the id of the access log', async (_api, event) => {
    const { output } = await invoke('WebhookReceiverFunction', event);

    expect(output).toContain('"correlation_id":"the-call"');
  });

  it('a function names the source lines of its faults', async () => {
    const { answer } = await invoke('EventRecorderFunction', queued);

    expect(answer).toHaveProperty('stack', expect.stringContaining('record-events/handler.ts:'));
  });
});

/** Runs a function's bundle in a process of its own, with the environment the template gives it. */
async function invoke(name: string, event: object): Promise<{ answer: unknown; output: string }> {
  const { Properties } = functionNamed(name);
  const bundle = join(outdir, `asset.${Properties.Code.S3Key.replace('.zip', '')}`, 'index.js');
  const variables = Object.entries(Properties.Environment.Variables).map(
    ([key, value]): [string, string] => [
      key,
      typeof value === 'string' ? value : standIn(nameOf(value)),
    ],
  );

  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ['-e', INVOKE, bundle, JSON.stringify(event)],
    { cwd: outdir, env: { ...NO_AWS, ...Object.fromEntries(variables) } },
  );
  const [answer = '', ...logs] = stdout.trimEnd().split('\n').reverse();
  return { answer: JSON.parse(answer), output: [...logs, stderr].join('\n') };
}

/** A value of JSON that has names in it stands for itself, any other for a URL. */
const standIn = (name: string): string => (name.startsWith('{') ? name : `https://${name}.invalid`);

const INVOKE = `
  const [bundle, event] = process.argv.slice(1);
  const context = { getRemainingTimeInMillis: () => 20_000, functionName: 'f', awsRequestId: 'r' };
  require(bundle)
    .handler(JSON.parse(event), context)
    .catch(({ name, stack }) => ({ failed: name, stack }))
    .then((answer) => console.log('\\n' + JSON.stringify(answer)));
`;

const NO_AWS = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_MAX_ATTEMPTS: '1',
};

function functionNamed(name: string): Resource {
  const file = join(outdir, 'campaign-mailgun-development-service.template.json');
  const { Resources } = JSON.parse(readFileSync(file, 'utf8')) as {
    Resources: Record<string, Resource>;
  };
  return Object.entries(Resources).find(([id]) => nameOf({ Ref: id }) === name)![1];
}
