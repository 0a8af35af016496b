import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { stages } from '../../config/stages';
import { createApp } from '../../lib/app';
import { CampaignMailgun } from '../../lib/campaign-mailgun';
import type { Configuration } from '../../lib/config/configuration';
import { narrowedWebhooks } from '../lib/deployment';
import { ForeignClient } from './harness/foreign-client';
import { freePort } from './harness/free-port';
import { venvProgram } from './harness/python';
import { makeDirectory, ROOT, runCommand, startCommand } from './harness/run-command';

const domains = { 'mg.example.com': { region: 'us' } } as const;

/** What no stage of the project asks for, and a template must be right with all the same: options one by one, all, and none. */
const OPTIONS: readonly Configuration[] = [
  { stage: 'canary', domains, rollout: { canaryMinutes: 15 } },
  { stage: 'own-key', domains, encryption: { key: 'own' } },
  {
    ...{ stage: 'given-key', domains },
    encryption: {
      key: 'arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef',
    },
  },
  { stage: 'narrowed', domains, webhooks: narrowedWebhooks },
  {
    ...{ stage: 'all-at-once', domains, rollout: { canaryMinutes: 10 } },
    encryption: { key: 'own' },
    webhooks: { ...narrowedWebhooks, skippedEvents: ['accepted', 'delivered'] },
    notifications: { deliveryEvents: true, emails: ['team@example.com'] },
    operations: { tracing: true, emails: ['night@example.com'] },
  },
  {
    ...{ stage: 'nothing-extra', domains, webhooks: { register: false } },
    ...{ reconciliation: { enabled: false }, doctor: { enabled: false } },
    ...{ guard: { enabled: false }, suppressions: { syncHours: 0 } },
    operations: { dashboard: false },
  },
];

const deployments = [...stages, ...OPTIONS];

let directory: string;
let assembly: CloudAssembly;

beforeAll(async () => {
  directory = await makeDirectory('templates');
  // All of them in one app, as in one account; bundles are of no interest here.
  const app = createApp({ outdir: directory, context: { 'aws:cdk:bundling-stacks': [] } });
  for (const configuration of deployments) new CampaignMailgun(app, configuration);
  assembly = app.synth();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

it('has templates of every stage and option that cfn-lint finds nothing in', async () => {
  const templates = assembly.stacks.map(({ templateFullPath }) => templateFullPath);
  const { code, output } = await runCommand(
    [
      venvProgram('cfn-lint'),
      ...['--config-file', join(ROOT, 'test/deploy/cfn-lint.yaml'), '--non-zero-exit-code'],
      ...['informational', '--format', 'parseable', '--template', ...templates],
    ],
    { withinMs: 240_000 },
  );

  expect(templates).toHaveLength(2 * deployments.length);
  expect({ code, output }).toEqual({ code: 0, output: '' });
});

it('has a stateful stack that a second emulator, moto, creates and keeps what it must', async () => {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const moto = startCommand([venvProgram('moto_server'), '-H', '127.0.0.1', '-p', String(port)]);
  try {
    await moto.printed(/Running on/, 60_000);
    const client = new ForeignClient({
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL: endpoint },
    });
    const stack = 'campaign-mailgun-production-state';
    const template = await readFile(join(directory, `${stack}.template.json`), 'utf8');
    const created = await client.run<{ status: string; outputs: Record<string, string> }>(
      'create-stack',
      { name: stack, template },
    );
    const remains = await client.run<Record<string, string[]>>('remains', { word: stack });

    expect(created.status).toBe('CREATE_COMPLETE');
    expect(remains).toMatchObject({ stacks: [stack], queues: [], functions: [] });
    expect(remains['tables']).toHaveLength(5);
    expect(remains['buckets']).toEqual([created.outputs['ParkedBucketName']]);
  } finally {
    await moto.stop();
  }
});
