import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { ControlsTable } from '../../lambdas/adapters/dynamodb/controls-table';
import { dynamoDbEndpoint, sqsEndpoint, testClientSettings } from '../support/engines/endpoints';
import { createTestTable } from '../support/engines/test-table';
import { aCloudFormation } from './cloud-formation';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
let folder: string;
let tableName: string;
let controls: ControlsTable;

beforeAll(async () => {
  const table = await createTestTable();
  tableName = table.tableName;
  controls = new ControlsTable(table.client, tableName);
  folder = await mkdtemp(join(tmpdir(), 'redrive-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function aQueue(): Promise<string> {
  const QueueName = randomUUID();
  await sqs.send(new CreateQueueCommand({ QueueName }));
  return `${sqsEndpoint()}/000000000000/${QueueName}`;
}

const put = (QueueUrl: string, MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

async function bodiesOf(QueueUrl: string): Promise<(string | undefined)[]> {
  const { Messages: messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  return messages.map(({ Body: body }) => body).sort();
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command as `npm run redrive --` does. */
const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Run> =>
  new Promise((resolve) => {
    const environment = {
      PATH: process.env['PATH'],
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SQS: sqsEndpoint(),
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint(),
      ...more,
    };
    const command = ['--import', 'tsx', 'bin/redrive.ts', ...args];
    execFile(process.execPath, command, { env: environment }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

const BY = ['--reason', 'the secret is right again', '--actor', 'grace'];

/** Outputs of a deployment with one queue, which has some dead letters. */
async function aDeployment(queue: string, ...letters: string[]) {
  const urls = { queue: await aQueue(), deadLetters: await aQueue() };
  for (const letter of letters) await put(urls.deadLetters, letter);
  const outputs = {
    RedrivableQueues: JSON.stringify({ [queue]: urls }),
    ControlsTableName: tableName,
  };
  return { queue, urls, outputs };
}

async function written(name: string, content: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

it('puts everything back that lies on a dead-letter queue, and counts it', async () => {
  const [from, to] = [await aQueue(), await aQueue()];
  await put(from, 'a');
  await put(from, 'b');

  expect(await run(['--from', from, '--to', to])).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: '2 dead letters put back\n',
  });
  expect(await bodiesOf(to)).toEqual(['a', 'b']);
  expect(await run(['--from', from, '--to', to])).toMatchObject({
    stdout: '0 dead letters put back\n',
  });
}, 30_000);

it('finds any queue of the local cloud, and files who redrove it and why', async () => {
  const { queue, urls, outputs } = await aDeployment(`local-${randomUUID()}`, 'a');
  const services = { sqs: sqsEndpoint(), dynamodb: dynamoDbEndpoint() };
  await written('endpoints.json', { ...testClientSettings, services, outputs });

  expect((await run([queue, '--local', '--state', folder, ...BY])).stdout).toBe(
    '1 dead letter put back\n',
  );

  expect(await bodiesOf(urls.queue)).toEqual(['a']);
  expect(await controls.history({ subject: 'queue', queue })).toMatchObject([
    { redrive: 'requested', reason: 'the secret is right again', actor: 'grace' },
  ]);
}, 30_000);

it('finds the queues of a deployed stage by what cdk deploy wrote', async () => {
  const { queue, urls, outputs } = await aDeployment('events', 'a');
  const file = await written('cdk-outputs.json', { 'campaign-mailgun-dev-service': outputs });

  expect((await run([queue, '--stage', 'dev', '--outputs', file, ...BY])).code).toBe(0);

  expect(await bodiesOf(urls.queue)).toEqual(['a']);
}, 30_000);

it('finds the queues of a deployed stage by asking CloudFormation', async () => {
  const { queue, urls, outputs } = await aDeployment('releases', 'a', 'b');
  const { server, url } = await aCloudFormation('campaign-mailgun-prod-service', outputs);
  const asking = { AWS_ENDPOINT_URL_CLOUDFORMATION: url };
  try {
    const byStage = await run([queue, '--stage', 'prod', ...BY], asking);
    expect(byStage).toEqual({ code: 0, stderr: '', stdout: '2 dead letters put back\n' });
    expect(await bodiesOf(urls.queue)).toEqual(['a', 'b']);

    const byContext = await run([queue, '-c', 'stage=prod', ...BY], asking);
    expect(byContext).toMatchObject({ code: 0, stdout: '0 dead letters put back\n' });

    const unknownStage = await run([queue, '--stage', 'test', ...BY], asking);
    expect(unknownStage.code).toBe(2);
    expect(unknownStage.stderr).toContain(
      'does not tell of the stack campaign-mailgun-test-service (ValidationError)',
    );

    const unknownQueue = await run(['toString', '--stage', 'prod', ...BY], asking);
    expect(unknownQueue.code).toBe(2);
    expect(unknownQueue.stderr).toContain('received the queue toString, expected one of releases');
  } finally {
    server.close();
  }
}, 30_000);

it('explains the usage of what makes no sense, with exit code 2', async () => {
  const { code, stdout, stderr } = await run(['events', '--all']);

  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain("Unknown option '--all'");
  expect(stderr).toContain('npm run redrive -- QUEUE --stage NAME');
});

it('tells its usage when it is asked', async () => {
  const { code, stdout } = await run(['--help']);

  expect(code).toBe(0);
  expect(stdout).toContain('npm run redrive -- QUEUE --stage NAME');
});
