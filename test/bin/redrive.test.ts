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
import { sqsEndpoint, testClientSettings } from '../support/engines/endpoints';

const sqs = new SQSClient({ ...testClientSettings, endpoint: sqsEndpoint() });
let folder: string;

beforeAll(async () => {
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
const run = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const environment = {
      PATH: process.env['PATH'],
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_SQS: sqsEndpoint(),
    };
    const command = ['--import', 'tsx', 'bin/redrive.ts', ...args];
    execFile(process.execPath, command, { env: environment }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });

it('puts everything back that lies on a dead-letter queue, and counts it', async () => {
  const [from, to] = [await aQueue(), await aQueue()];
  await put(from, 'a');
  await put(from, 'b');

  expect(await run('campaigns', '--from', from, '--to', to)).toEqual({
    ...{ code: 0, stderr: '' },
    stdout: '2 dead letters put back\n',
  });
  expect(await bodiesOf(to)).toEqual(['a', 'b']);
  expect(await run('campaigns', '--from', from, '--to', to)).toMatchObject({
    stdout: '0 dead letters put back\n',
  });
}, 30_000);

it('finds the queues of the local cloud, and of a deployed stage', async () => {
  const urls = { EventDeadLetterQueueUrl: await aQueue(), EventQueueUrl: await aQueue() };
  const file = join(folder, 'cdk-outputs.json');
  await writeFile(file, JSON.stringify({ 'campaign-mailgun-dev-service': urls }));
  await writeFile(
    join(folder, 'endpoints.json'),
    JSON.stringify({ ...testClientSettings, services: { sqs: sqsEndpoint() }, outputs: urls }),
  );

  await put(urls.EventDeadLetterQueueUrl, 'a');
  expect((await run('events', '--local', '--state', folder)).stdout).toBe(
    '1 dead letter put back\n',
  );
  await put(urls.EventDeadLetterQueueUrl, 'b');
  expect((await run('events', '--stage', 'dev', '--outputs', file)).code).toBe(0);

  expect(await bodiesOf(urls.EventQueueUrl)).toEqual(['a', 'b']);
}, 30_000);

it.each([
  [[], 'queue: received none, expected campaigns or events or notifications'],
  [
    ['release', '--local'],
    'queue: received release, expected campaigns or events or notifications',
  ],
  [['events'], 'received 0 of --local, --stage and --from with --to, expected one'],
  [['events', '--local', '--stage', 'dev'], 'received 2 of --local, --stage and --from with --to'],
  [['events', '--from', 'https://sqs/dead'], 'received --from alone, expected both'],
  [['events', '--all'], "Unknown option '--all'"],
  [['events', '--local', '--state', 'nowhere'], 'start the local cloud first: npm start'],
  [['events', '--stage', 'dev', '--outputs', 'package.json'], '--stage: received dev, expected'],
])('explains the usage after %j, with exit code 2', async (args, message) => {
  const { code, stdout, stderr } = await run(...args);

  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr).toContain('npm run redrive -- <campaigns|events|notifications>');
});

it('tells its usage when it is asked', async () => {
  const { code, stdout } = await run('--help');

  expect(code).toBe(0);
  expect(stdout).toContain('npm run redrive -- <campaigns|events|notifications>');
});
