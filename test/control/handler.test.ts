import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BatchLedgerTable } from '../../lambdas/adapters/dynamodb/batch-ledger-table';
import { ControlsTable } from '../../lambdas/adapters/dynamodb/controls-table';
import { RecipientRecordsTable } from '../../lambdas/adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../../lambdas/adapters/dynamodb/suppression-table';
import { TallyTable } from '../../lambdas/adapters/dynamodb/tally-table';
import { anAcceptedSubmission } from '../support/builders/batches';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDbEndpoint, sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { createTestTable } from '../support/engines/test-table';
import { anEvent, digestOf, PEPPER, recordOf } from './control-fixture';

const run = promisify(execFile);
const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
const key = { accountId: 'acme', campaignId: 'spring', batchId: '000001' };
const domain = 'mg.example.com';
const parameters = { account: 'acme', campaign: 'spring' };

/** Invokes a bundled handler once an event, in one process, and prints what it answered. */
const INVOKE = `
  const { handler } = require(process.argv[2]);
  const events = JSON.parse(process.argv[3]);
  (async () => {
    const answers = [];
    for (const event of events) answers.push(await handler(event, { awsRequestId: 'r' }));
    require('node:fs').writeFileSync(process.argv[4], JSON.stringify(answers));
  })();
`;

let folder: string;
let secretsManager: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-'));
  secretsManager = createServer((_request, response) => {
    const secret = { apiKeys: {}, webhookSigningKeys: [], recipientPepper: PEPPER };
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
  });
  await new Promise<void>((resolve) => secretsManager.listen(0, '127.0.0.1', resolve));
  await run(join('node_modules', '.bin', 'esbuild'), [
    'lambdas/control/handler.ts',
    '--bundle',
    '--platform=node',
    '--format=cjs',
    '--keep-names',
    `--outfile=${join(folder, 'bundle.cjs')}`,
  ]);
  await writeFile(join(folder, 'invoke.cjs'), INVOKE);
});

afterAll(async () => {
  secretsManager.close();
  await rm(folder, { recursive: true });
});

it('answers, bundled as it is deployed, from the tables the other functions write', async () => {
  // No two tables share a partition key, so that one serves for all of them here.
  const { client, tableName } = await createTestTable();
  const ledger = new BatchLedgerTable(client, tableName, 86_400);
  const nobody = new Set<number>();
  await ledger.begin(
    { key, domain, contentDigest: 'd', audience: 3, invalid: nobody, duplicate: new Set([1]) },
    1000,
  );
  await ledger.advance(
    key,
    undefined,
    anAcceptedSubmission({ range: { from: 0, to: 3 }, suppressed: new Set([2]), recipients: 1 }),
  );
  await new RecipientRecordsTable(client, tableName).record(
    key,
    recordOf('ada@example.com', 'ada@example.com', 'bob@example.com'),
  );
  await new TallyTable(client, tableName, { clock: Date.now, timeToLiveSeconds: 3_600 }).add({
    batch: key,
    kind: 'delivered',
    positions: new Set([0]),
  });
  await new ControlsTable(client, tableName).describeCampaign(key, { name: 'Spring sale' });
  await new SuppressionTable(client, tableName).add({
    domain,
    recipient: digestOf('bob@example.com'),
    reason: 'complaint',
    cause: 'webhook',
    observedAtMs: 0,
  });

  const deadLetters = await aQueue();
  await sqs.send(new SendMessageCommand({ QueueUrl: deadLetters, MessageBody: '{}' }));
  const { answers, logs } = await invoke({ tableName, deadLetters, queue: await aQueue() }, [
    anEvent({ routeKey: 'GET /campaigns/{account}/{campaign}', pathParameters: parameters }),
    anEvent({
      routeKey: 'GET /campaigns/{account}/{campaign}/recipients/{email}',
      pathParameters: { ...parameters, email: 'bob%40example.com' },
    }),
    anEvent({
      routeKey: 'POST /campaigns/{account}/{campaign}/pause',
      pathParameters: parameters,
      requestId: 'the-pause',
      body: '{"reason":"wrong price","actor":"grace"}',
    }),
    anEvent({ routeKey: 'GET /domains/{domain}', pathParameters: { domain } }),
    anEvent({
      routeKey: 'POST /campaigns/{account}/{campaign}/resume',
      pathParameters: parameters,
      body: '{"reason":"mended","actor":"grace"}',
    }),
    anEvent({
      routeKey: 'GET /campaigns/{account}/{campaign}/history',
      pathParameters: parameters,
    }),
    anEvent({
      routeKey: 'POST /queues/{queue}/redrive',
      pathParameters: { queue: 'events' },
      body: '{"reason":"mended","actor":"grace"}',
    }),
    anEvent({ routeKey: 'GET /queues/{queue}/history', pathParameters: { queue: 'events' } }),
  ]);

  expect(answers).toMatchObject([
    {
      status: 'active',
      name: 'Spring sale',
      recipients: { audience: 3, accepted: 1, duplicate: 1, suppressed: 1, pending: 0 },
      outcomes: { delivered: 1, outstanding: 0 },
    },
    {
      entries: [{ batchId: '000001', position: 2, part: 'suppressed' }],
      suppressions: [{ domain, reason: 'complaint' }],
    },
    { status: 'paused', changed: true, begun: true },
    {
      ...{ domain, status: 'active', breaker: { state: 'closed' } },
      allowance: { recipientsPerSecond: 20, usedToday: 0, budgetToday: 50 },
    },
    { status: 'active', changed: true },
    { entries: [{ standing: 'paused' }, { standing: 'active', reason: 'mended' }] },
    { queue: 'events', moved: 1, empty: true },
    { queue: 'events', entries: [{ redrive: 'requested', reason: 'mended', actor: 'grace' }] },
  ]);
  const paused = logs.split('\n').find((line) => line.includes('campaign-paused')) ?? '{}';
  expect(JSON.parse(paused)).toMatchObject({ correlation_id: 'the-pause' });
  expect(logs).not.toContain('@example.com');
});

async function aQueue(): Promise<string> {
  const QueueName = randomUUID();
  await sqs.send(new CreateQueueCommand({ QueueName }));
  // The engine's own URLs put a name before an address, which is no host.
  return `${sqsEndpoint()}/000000000000/${QueueName}`;
}

const nameIn = (url: string): string => url.split('/').at(-1) ?? '';

async function invoke(
  { tableName, queue, deadLetters }: { tableName: string; queue: string; deadLetters: string },
  events: unknown[],
): Promise<{ answers: unknown[]; logs: string }> {
  const output = join(folder, 'answers.json');
  const { stdout, stderr } = await run(
    process.execPath,
    [join(folder, 'invoke.cjs'), join(folder, 'bundle.cjs'), JSON.stringify(events), output],
    {
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint(),
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${(secretsManager.address() as AddressInfo).port}`,
        AWS_ENDPOINT_URL_SQS: sqsEndpoint(),
        AWS_ENDPOINT_URL_SNS: sqsEndpoint(),
        RELEASE_QUEUE_URL: queue,
        REDRIVABLE_QUEUES: JSON.stringify({
          events: { queue: nameIn(queue), deadLetters: nameIn(deadLetters) },
        }),
        NOTIFICATIONS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:nobody-listens',
        NOTIFICATION_QUEUE_URL: 'http://127.0.0.1:9/nobody-listens',
        DOMAINS: JSON.stringify({
          [domain]: { region: 'us', recipientsPerSecond: 20, recipientsPerDay: 50 },
        }),
        BREAKER: JSON.stringify({
          ...{ windowSeconds: 60, minimumFaults: 10, faultRate: 0.5 },
          ...{ coolDownSeconds: 30, longestCoolDownSeconds: 900 },
        }),
        BATCHES_TABLE_NAME: tableName,
        CONTROLS_TABLE_NAME: tableName,
        SUPPRESSIONS_TABLE_NAME: tableName,
        TALLIES_TABLE_NAME: tableName,
        SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:mailer',
      },
    },
  );
  const responses = JSON.parse(await readFile(output, 'utf8')) as { body: string }[];
  return {
    answers: responses.map(({ body }) => JSON.parse(body) as unknown),
    logs: stdout + stderr,
  };
}
