import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { tallyKey } from '../../lambdas/adapters/dynamodb/keys';
import { RecipientRecordsTable } from '../../lambdas/adapters/dynamodb/recipient-records-table';
import { SuppressionTable } from '../../lambdas/adapters/dynamodb/suppression-table';
import { readGuardMessage } from '../../lambdas/adapters/sqs/guard-message';
import { TallyTable } from '../../lambdas/adapters/dynamodb/tally-table';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import type { JsonObject } from '../../lambdas/core/json';
import { aSignature, TEST_SIGNING_KEY } from '../support/builders/webhooks';
import { dynamoDbEndpoint, sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { createTestTable, type TestTable } from '../support/engines/test-table';
import { ADDRESSES, recordOf, ourEvent, PEPPER, theSubmission } from './a-recorder';

const run = promisify(execFile);

/** Invokes a bundled handler once an event, in one process, and writes down what it answered. */
const INVOKE = `
  const [, , bundle, input, output] = process.argv;
  const { readFileSync, writeFileSync } = require('node:fs');
  const { handler } = require(bundle);
  (async () => {
    const answers = [];
    for (const event of JSON.parse(readFileSync(input, 'utf8'))) {
      answers.push(await handler(event, { awsRequestId: 'r' }));
    }
    writeFileSync(output, JSON.stringify(answers));
  })();
`;

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });

let folder: string;
let secretsManager: Server;
let table: TestTable;
let queueUrl: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
  secretsManager = createServer((_request, response) => {
    const webhookSigningKeys = [TEST_SIGNING_KEY];
    const secret = { apiKeys: {}, webhookSigningKeys, recipientPepper: PEPPER };
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ SecretString: JSON.stringify(secret) }));
  });
  await new Promise<void>((resolve) => secretsManager.listen(0, '127.0.0.1', resolve));
  table = await createTestTable();
  await sqs.send(new CreateQueueCommand({ QueueName: 'event-path-test' }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'event-path-test-guard' }));
  queueUrl = `${sqsEndpoint()}/000000000000/event-path-test`;
  await writeFile(join(folder, 'invoke.cjs'), INVOKE);
});

afterAll(async () => {
  secretsManager.close();
  await rm(folder, { recursive: true });
});

it('leads from a webhook call to the tallies, through both functions as they are deployed', async () => {
  // No two tables share a partition key, so that one serves for all of them here.
  const { client, tableName } = table;
  await new RecipientRecordsTable(client, tableName).record(theSubmission, recordOf(ADDRESSES));
  const calls = [
    aCall(ourEvent({ recipient: 'ada@example.com' }), 'a'),
    aCall(ourEvent({ recipient: 'bob@example.com' }), 'b'),
    aCall(ourEvent({ recipient: 'ada@example.com' }), 'a'),
    aCall(ourEvent({ recipient: 'cyd@example.com', event: 'complained' }), 'c'),
    aCall(ourEvent({ recipient: 'cyd@example.com' }), 'd', 'forged-key'),
  ];

  const received = await invoke('receive-webhook', calls);
  const recorded = await invoke('record-events', [{ Records: await queuedRecords() }]);

  expect(received.answers).toMatchObject(
    [200, 200, 200, 200, 406].map((statusCode) => ({ statusCode })),
  );
  expect(recorded.answers).toEqual([{ batchItemFailures: [] }]);
  const { Messages: wakeUps } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: `${queueUrl}-guard` }),
  );
  expect(wakeUps?.map(({ Body = '' }) => readGuardMessage(Body))).toMatchObject([
    { subject: { campaign: { accountId: 'acme', campaignId: 'spring' } } },
  ]);
  const tallies = await new TallyTable(client, tableName).readBatch(theSubmission);
  expect(tallies.map(({ kind, positions }) => [kind, [...positions].sort()])).toEqual([
    ['complained', [2]],
    ['delivered', [0, 1]],
  ]);
  const { Item: kept } = await client.send(
    new GetCommand({ TableName: tableName, Key: tallyKey(theSubmission, 'delivered') }),
  );
  expect(Number(kept?.['ttl']) - Date.now() / 1_000).toBeGreaterThan(89.9 * 86_400);
  const suppression = await new SuppressionTable(client, tableName).find(
    'mg.example.com',
    recipientDigest(PEPPER, 'cyd@example.com'),
  );
  expect(suppression).toMatchObject({ reason: 'complaint' });
  expect(received.logs + recorded.logs).toContain('events-recorded');
  expect(received.logs + recorded.logs).not.toContain('@example.com');
});

function aCall(eventData: JsonObject, token: string, key = TEST_SIGNING_KEY): object {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = aSignature({ key, timestamp, token: token.repeat(50) });
  return {
    version: '2.0',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ signature, 'event-data': eventData }),
    isBase64Encoded: false,
    requestContext: { http: { sourceIp: '192.0.2.1' } },
  };
}

async function queuedRecords(): Promise<object[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
  );
  return Messages.map(({ MessageId, Body }) => ({
    messageId: MessageId,
    body: Body,
    attributes: {},
  }));
}

async function invoke(
  name: string,
  events: readonly object[],
): Promise<{ answers: unknown[]; logs: string }> {
  const [bundle, input, output] = ['cjs', 'in.json', 'out.json'].map((end) =>
    join(folder, `${name}.${end}`),
  );
  await run(join('node_modules', '.bin', 'esbuild'), [
    ...[`lambdas/${name}/handler.ts`, '--bundle', '--platform=node', '--format=cjs'],
    ...['--keep-names', `--outfile=${bundle}`],
  ]);
  await writeFile(input!, JSON.stringify(events));
  const secretsManagerPort = (secretsManager.address() as AddressInfo).port;
  const { stdout, stderr } = await run(
    process.execPath,
    [join(folder, 'invoke.cjs'), bundle!, input!, output!],
    {
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint(),
        AWS_ENDPOINT_URL_SQS: sqsEndpoint(),
        AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsManagerPort}`,
        SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:mailer',
        EVENT_QUEUE_URL: queueUrl,
        MAX_AGE_SECONDS: '32400',
        MAX_AHEAD_SECONDS: '300',
        SOURCE_NETWORKS: '[]',
        BATCHES_TABLE_NAME: table.tableName,
        TALLIES_TABLE_NAME: table.tableName,
        EVENTS_TABLE_NAME: table.tableName,
        SUPPRESSIONS_TABLE_NAME: table.tableName,
        CONTROLS_TABLE_NAME: table.tableName,
        GUARD_QUEUE_URL: `${queueUrl}-guard`,
        DEAD_LETTER_QUEUE_URL: `${queueUrl}-dead`,
        NOTIFICATIONS_TOPIC_ARN: 'arn:aws:sns:us-east-1:000000000000:notifications',
        NOTIFICATION_QUEUE_URL: 'http://127.0.0.1:9/nobody-listens',
        DELIVERY_EVENTS_TOPIC_ARN: '',
        DELIVERY_EVENTS: '',
        MACHINE_WITHIN_SECONDS: '3',
        EVENTS_TTL_DAYS: '30',
        RECORDS_TTL_DAYS: '90',
      },
    },
  );
  const answers = JSON.parse(await readFile(output!, 'utf8')) as unknown[];
  return { answers, logs: stdout + stderr };
}
