import { checkBooks, checkSample, checkSums, disagreements } from '../../local/start/verdict';
import { Deployment, DOMAIN } from './harness/deployment';

/** Who decides by their names what they do: see the simulator's README. */
const AUDIENCE = [
  ...people('deliver', 60),
  ...people('open', 20),
  ...people('machine-open', 6),
  ...people('click', 8),
  ...people('machine-click', 4),
  ...people('defer', 4),
  ...people('bounce', 5),
  ...people('late-bounce', 2),
  ...people('full', 2),
  ...people('block', 2),
  ...people('complain', 1),
  ...people('unsubscribe', 2),
  'DELIVER-1@example.com',
  'no address',
];
const SAMPLE = { ordinary: 116, duplicate: 1, invalid: 1, suppressed: 0, suppressedAtMailgun: 0 };

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.create('first');
});
afterAll(async () => {
  await deployment.close();
});

// One story: each part goes on where the one before ended.

it('is deployed by cdk deploy --all', async () => {
  await deployment.deploy();
  await deployment.connect();

  expect((await deployment.remains())['stacks']).toHaveLength(2);
});

it('has registered its webhooks for every kind of event, by what it deployed', async () => {
  const webhooks = await deployment.mailgun.webhooks(DOMAIN);

  expect(Object.keys(webhooks)).toHaveLength(8);
  expect(Object.values(webhooks)).toEqual(
    Array.from({ length: 8 }, () => [deployment.output('WebhookUrl')]),
  );
});

it('sends what boto3 enqueues and reports what the signed webhooks tell, equal to the books', async () => {
  await deployment.enqueue('spring-sale', AUDIENCE, { batchSize: AUDIENCE.length });

  const { report, books } = await deployment.eventually(
    'spring-sale',
    (report, books) =>
      books.accepted === 116 && disagreements(checkBooks(report, books)).length === 0,
  );
  expect(disagreements(checkBooks(report, books))).toEqual([]);
  expect(disagreements([...checkSums(report), ...checkSample(report, SAMPLE)])).toEqual([]);
  expect(report.outcomes).toMatchObject({ delivered: 105, bounced: 7, failed: 4, complained: 1 });
  expect(books.webhooks.acknowledged).toBeGreaterThan(200);
});

it('has no effect when the same batches come again', async () => {
  const before = await deployment.booksOf('spring-sale');
  await deployment.enqueue('spring-sale', AUDIENCE, { batchSize: AUDIENCE.length });
  await deployment.enqueue('after', people('deliver', 3), { batchSize: 3 });
  await deployment.eventually('after', ({ outcomes }) => outcomes.delivered === 3);

  expect((await deployment.booksOf('spring-sale')).emails).toEqual(before.emails);
});

it('answers only callers that IAM lets through', async () => {
  const url = `${deployment.output('ControlApiUrl')}/campaigns/acme/spring-sale`;
  const asked = [
    await deployment.client.call('GET', url),
    await deployment.client.call('GET', url, { credentials: deployment.caller('stranger') }),
    await deployment.client.call('GET', url, { credentials: deployment.caller('producer') }),
    await deployment.client.call('GET', url, { credentials: deployment.caller('operator') }),
  ];

  expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 200]);
});

it('takes messages only from producers that IAM lets through', async () => {
  const request = { queueUrl: deployment.output('CampaignQueueUrl'), text: '{}' };

  await expect(
    deployment.client.run('send-text', { ...request, credentials: deployment.caller('stranger') }),
  ).rejects.toThrow(/AccessDenied/);
});

it('dead-letters at once, with its reason, what is no send request', async () => {
  await deployment.client.run('send-text', {
    queueUrl: deployment.output('CampaignQueueUrl'),
    text: '{"version":7}',
    credentials: deployment.caller('producer'),
  });

  const { messages } = await deployment.client.run<{ messages: object[] }>('receive', {
    queueUrl: deployment.output('CampaignDeadLetterQueueUrl'),
    waitSeconds: 20,
  });
  expect(messages).toEqual([
    {
      body: '{"version":7}',
      attributes: { reason: 'unsupported-version', detail: expect.any(String) as string },
    },
  ]);
});

it('refuses a forged webhook', async () => {
  const { status } = await deployment.client.call('POST', deployment.output('WebhookUrl'), {
    body: {
      signature: { timestamp: '1700000000', token: 'a'.repeat(50), signature: 'b'.repeat(64) },
      'event-data': { event: 'delivered' },
    },
  });

  expect(status).toBe(406);
});

it('parks a paused campaign and, once resumed, mails each of its recipients once', async () => {
  const pause = { reason: 'a test', actor: 'test:deploy' };
  expect(await deployment.control('POST', '/campaigns/acme/paused/pause', pause)).toMatchObject({
    status: 200,
  });
  await deployment.enqueue('paused', people('deliver', 40), { batchSize: 10 });
  const parked = await deployment.eventually(
    'paused',
    ({ recipients }) => recipients.parked === 40,
  );
  expect(parked.books.emails.total).toBe(0);

  expect(await deployment.control('POST', '/campaigns/acme/paused/resume', pause)).toMatchObject({
    status: 200,
  });
  const { report, books } = await deployment.eventually(
    'paused',
    ({ outcomes }) => outcomes.delivered === 40,
  );
  expect(disagreements([...checkSums(report), ...checkBooks(report, books)])).toEqual([]);
});

it('leaves nothing on the queues and nothing dead', async () => {
  const queues = ['EventDeadLetterQueueUrl', 'ReleaseDeadLetterQueueUrl', 'CampaignQueueUrl'];
  const left = [];
  for (const queue of [...queues, 'CampaignDeadLetterQueueUrl']) {
    const queueUrl = deployment.output(queue);
    left.push(await deployment.client.run('receive', { queueUrl, waitSeconds: 1 }));
  }

  expect(left).toEqual(left.map(() => ({ messages: [] })));
  expect((await deployment.booksOf('spring-sale')).emails.repeated).toBe(0);
});

it('logs no address, and no error but the dead letter', async () => {
  const lines = await deployment.logs();
  const errors = lines
    .filter((line) => /"level":"(ERROR|CRITICAL)"/.test(line))
    // During the deployment the secret can't be read on MiniStack: see not-emulated.ts.
    .filter((line) => !/"service":"register-webhooks"/.test(line));

  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => /@example/i.test(line))).toEqual([]);
  expect(errors.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual([
    'batch-dead-lettered',
  ]);
});

it('is removed by cdk destroy, without a trace', async () => {
  const { code, output } = await deployment.destroy();
  expect(`${String(code)}\n${code === 0 ? '' : output}`).toBe('0\n');

  expect(await deployment.mailgun.webhooks(DOMAIN)).toEqual({});
  const remains = await deployment.remains();
  expect(Object.entries(remains).filter(([, names]) => names.length > 0)).toEqual([]);
});

function people(does: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${does}-${index + 1}@example.com`);
}
