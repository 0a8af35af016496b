import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { CfnOutput, Duration, Stack, type App } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnStream } from 'aws-cdk-lib/aws-kinesis';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SubscriptionFilter, Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { startLocalCloud, type LocalCloud } from '../../../local/cloud/local-cloud';
import {
  aFunction,
  bundled,
  eventually,
  synthesized,
  temporaryDirectory,
  written,
} from './support/sample-app';
import { DIARIST, ECHO, OBEDIENT_CONSUMER, TOOLBOX } from './support/sample-functions';

function defineSampleStacks(service: Stack, app: App): void {
  const state = new Stack(app, 'State');
  const table = new TableV2(state, 'Rows', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'ttl',
  });
  const secret = new Secret(state, 'Secret', {
    generateSecretString: { secretStringTemplate: '{"user":"u"}', generateStringKey: 'password' },
  });
  const bucket = new Bucket(state, 'Parked');
  const environment = { TABLE_NAME: table.tableName };

  const consumer = bundled(OBEDIENT_CONSUMER);
  const deadLetters = new Queue(service, 'DeadLetters');
  const queue = (id: string, visibilitySeconds = 4) =>
    new Queue(service, id, {
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 2 },
    });
  const work = queue('Work');
  const worker = aFunction(service, 'Worker', consumer, {
    environment,
    timeout: Duration.seconds(3),
  });
  worker.addEventSource(
    new SqsEventSource(work, { reportBatchItemFailures: true, maxConcurrency: 2 }),
  );
  worker.addEventSource(
    new SqsEventSource(queue('Solo'), { reportBatchItemFailures: true, batchSize: 1 }),
  );
  aFunction(service, 'BulkWorker', consumer, {
    environment,
    timeout: Duration.seconds(10),
  }).addEventSource(
    new SqsEventSource(queue('Bulk', 12), {
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
    }),
  );

  const topic = new Topic(service, 'News');
  const heard = new Queue(service, 'Heard');
  topic.addSubscription(new SqsSubscription(heard, { rawMessageDelivery: true }));
  topic.addSubscription(
    new SqsSubscription(new Queue(service, 'Deaf'), {
      filterPolicy: { type: SubscriptionFilter.stringFilter({ allowlist: ['y'] }) },
    }),
  );
  const diarist = bundled(DIARIST);
  topic.addSubscription(
    new LambdaSubscription(
      aFunction(service, 'Listener', diarist, {
        environment: { ...environment, NAME: 'listener' },
      }),
    ),
  );
  new Rule(service, 'Often', {
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [
      new LambdaFunction(
        aFunction(service, 'Ticker', diarist, { environment: { ...environment, NAME: 'ticker' } }),
      ),
      new SqsQueue(new Queue(service, 'Ticks'), {
        message: RuleTargetInput.fromObject({ tick: true }),
      }),
    ],
  });

  const echo = aFunction(service, 'Echo', written(ECHO), { timeout: Duration.seconds(1) });
  const toolbox = aFunction(service, 'Toolbox', bundled(TOOLBOX), {
    timeout: Duration.seconds(20),
    environment: {
      ...environment,
      SECRET_ARN: secret.secretArn,
      BUCKET_NAME: bucket.bucketName,
      TOPIC_ARN: topic.topicArn,
      QUEUE_URL: heard.queueUrl,
    },
  });
  const api = new HttpApi(service, 'Api');
  api.addRoutes({ path: '/echo/{name}', integration: new HttpLambdaIntegration('Echo', echo) });
  api.addRoutes({
    path: '/guarded',
    methods: [HttpMethod.GET],
    integration: new HttpLambdaIntegration('Guarded', echo),
    authorizer: new HttpIamAuthorizer(),
  });
  api.addRoutes({
    path: '/tools/{tool}',
    methods: [HttpMethod.POST],
    integration: new HttpLambdaIntegration('Tools', toolbox),
  });
  new CfnStage(service, 'Beta', { apiId: api.apiId, stageName: 'beta' });
  new CfnStream(service, 'Stream', { shardCount: 1 });

  new CfnOutput(service, 'WorkQueueUrl', { value: work.queueUrl });
  new CfnOutput(service, 'ApiUrl', { value: api.url ?? '' });
}

let cloud: LocalCloud;
let sqs: SQSClient;
let documents: DynamoDBDocumentClient;
let secrets: SecretsManagerClient;
const warnings: string[] = [];

beforeAll(async () => {
  cloud = await startLocalCloud({
    assemblyDirectory: synthesized(defineSampleStacks),
    stateDirectory: temporaryDirectory(),
    basePort: 0,
    scheduleScale: 60,
    extraFunctionEnvironment: (name) => ({ EXTRA: `for ${name}` }),
    onWarning: (warning) => warnings.push(warning),
  });
  const { services, region, credentials } = cloud.endpoints;
  sqs = new SQSClient({ endpoint: services.sqs, region, credentials });
  documents = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: services.dynamodb, region, credentials }),
  );
  secrets = new SecretsManagerClient({ endpoint: services.secretsmanager, region, credentials });
}, 120_000);

afterAll(async () => {
  await cloud.stop();
  sqs.destroy();
  documents.destroy();
  secrets.destroy();
});

const queueNamed = (part: string) =>
  Object.values(cloud.endpoints.queues).find(({ name }) =>
    new RegExp(`-${part}[0-9A-F]{8}$`).test(name),
  )!;

const url = (path: string) => `${cloud.endpoints.outputs['ApiUrl']!}${path}`;

const order = (id: string, what = 'ok', queue = queueNamed('Work').url) =>
  sqs.send(
    new SendMessageCommand({ QueueUrl: queue, MessageBody: JSON.stringify({ id, do: what }) }),
  );

async function rowsOf(pk: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: cloud.endpoints.tables[Object.keys(cloud.endpoints.tables)[0]!]!.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    }),
  );
  return Items;
}

const seen = (id: string, times = 1) =>
  eventually(async () => {
    const rows = await rowsOf(id);
    return rows.length >= times ? rows : undefined;
  });

const inDeadLetters = (id: string) =>
  eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueNamed('DeadLetters').url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 0,
      }),
    );
    return Messages.find(({ Body }) => (JSON.parse(Body!) as { id: string }).id === id);
  });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('queues', () => {
  it('bring a message to its function as Lambda does, once', async () => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueNamed('Work').url,
        MessageBody: JSON.stringify({ id: 'plain', do: 'ok' }),
        MessageGroupId: 'acme',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'k' },
          raw: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) },
        },
      }),
    );

    const [row] = await seen('plain');
    await pause(2500);

    expect(row!['record']).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      receiptHandle: expect.any(String) as string,
      body: '{"id":"plain","do":"ok"}',
      attributes: {
        SenderId: expect.any(String) as string,
        SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        ApproximateReceiveCount: '1',
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        MessageGroupId: 'acme',
      },
      messageAttributes: {
        kind: { stringValue: 'k', stringListValues: [], binaryListValues: [], dataType: 'String' },
        raw: {
          binaryValue: 'AQI=',
          stringListValues: [],
          binaryListValues: [],
          dataType: 'Binary',
        },
      },
      md5OfBody: expect.any(String) as string,
      md5OfMessageAttributes: expect.any(String) as string,
      eventSource: 'aws:sqs',
      eventSourceARN: queueNamed('Work').arn,
      awsRegion: 'us-east-1',
    });
    expect(row!['functionName']).toMatch(/^Service-Worker/);
    expect(row!['remainingMs']).toBeGreaterThan(0);
    expect(row!['remainingMs']).toBeLessThanOrEqual(3000);
    expect(await rowsOf('plain')).toHaveLength(1);
  });

  it.each(['😀 and 𝒜', '\u00e9\ufffd'])('take %s, as SQS does', async (text) => {
    const send = (MessageBody: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queueNamed('DeadLetters').url, MessageBody }));
    const body = JSON.stringify({ id: text });

    await send(body);

    expect((await inDeadLetters(text)).Body).toBe(body);
    await expect(send(`${text}\uffff`)).rejects.toThrow('Invalid characters found');
  });

  it('hand only the failed items of a batch out again, and at last to the dead-letter queue', async () => {
    await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueNamed('Work').url,
        Entries: [
          { Id: '1', MessageBody: '{"id":"good","do":"ok"}' },
          { Id: '2', MessageBody: '{"id":"bad","do":"fail"}' },
        ],
      }),
    );

    await inDeadLetters('bad');

    expect(await rowsOf('bad')).toHaveLength(2);
    expect(await rowsOf('good')).toHaveLength(1);
  });

  describe('whose function fails', () => {
    const endings = ['throw', 'nonsense', 'hang', 'exit'];

    beforeAll(async () => {
      for (const ending of endings) {
        await order(`ends-${ending}`, ending, queueNamed('Solo').url);
        await seen(`ends-${ending}`);
      }
    });

    it.each(endings)('hand the message out again after: %s', async (ending) => {
      await inDeadLetters(`ends-${ending}`);

      expect(await rowsOf(`ends-${ending}`)).toHaveLength(2);
    });
  });

  it('keep a function warm from one invocation to the next', async () => {
    await order('warm-1');
    const [first] = await seen('warm-1');
    await order('warm-2');
    const [second] = await seen('warm-2');

    expect(second!['threadId']).toBe(first!['threadId']);
    expect(second!['invocations']).toBeGreaterThan(first!['invocations'] as number);
    expect(second!['requestId']).not.toBe(first!['requestId']);
  });

  it('gather messages into few batches with few requests', async () => {
    const before = cloud.operations()['bulk-worker']!;
    for (let batch = 0; batch < 20; batch += 1) {
      await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queueNamed('Bulk').url,
          Entries: Array.from({ length: 10 }, (_, index) => ({
            Id: String(index),
            MessageBody: JSON.stringify({ id: `bulk-${batch * 10 + index}`, do: 'ok' }),
          })),
        }),
      );
    }

    await eventually(async () => {
      const { visible, inFlight } = await cloud.queueDepth(queueNamed('Bulk').name);
      return visible + inFlight === 0 ? true : undefined;
    });
    const after = cloud.operations()['bulk-worker']!;
    const [last] = await rowsOf('bulk-199');

    expect(last!['batch']).toBeGreaterThan(10);
    expect(after.invocations - before.invocations).toBeLessThanOrEqual(4);
    expect(after.sqs['DeleteMessageBatch']).toBeLessThanOrEqual(20 + after.invocations);
    expect(after.sqs['ReceiveMessage']! - (before.sqs['ReceiveMessage'] ?? 0)).toBeLessThan(35);
    expect(after.dynamodb).toMatchObject({ requests: 200, writeUnits: 200 });
  });

  it('take messages of 1 MiB, and hide them for as long as asked', async () => {
    const QueueUrl = queueNamed('Deaf').url;
    const MessageBody = 'x'.repeat(1_048_576);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 60 }),
    );
    const [message] = Messages!;

    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message!.ReceiptHandle,
        VisibilityTimeout: 1,
      }),
    );
    const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));

    expect(message!.Body).toBe(MessageBody);
    expect(again.Messages![0]!.MessageId).toBe(message!.MessageId);
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${MessageBody}x` })),
    ).rejects.toThrow(/shorter/);
  });

  it('have URLs that any client on this machine can use', async () => {
    const { name, url: queueUrl } = queueNamed('Work');
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));

    expect(found.QueueUrl).toBe(queueUrl);
    expect(queueUrl).toBe(`${cloud.endpoints.services.sqs}/000000000000/${name}`);
    expect(cloud.endpoints.outputs['WorkQueueUrl']).toBe(queueUrl);
  });
});

describe('killing the workers of a function', () => {
  it('fails what they were doing, and lets the message come back', async () => {
    const before = cloud.operations()['bulk-worker']!.errors;
    await order('killed', 'hang', queueNamed('Bulk').url);
    await seen('killed');

    expect(await cloud.killWorkers('bulk-worker')).toBeGreaterThan(0);

    await seen('killed', 2);
    expect(cloud.operations()['bulk-worker']!.errors).toBe(before + 1);
    await cloud.killWorkers('bulk-worker');
  });

  it('is there over HTTP', async () => {
    await fetch(url('echo/x'));
    const kill = (name: string) =>
      fetch(`${cloud.endpoints.admin}/__cloud/functions/${name}/kill`, { method: 'POST' });

    expect(await (await kill('echo')).json()).toEqual({ function: 'echo', workersKilled: 1 });
    expect((await fetch(url('echo/x'))).status).toBe(200);
    expect((await kill('nobody')).status).toBe(404);
    await expect(cloud.killWorkers('nobody')).rejects.toThrow('there is no function "nobody"');
  });
});

describe('an HTTP API', () => {
  const echoed = async (path: string, init?: RequestInit) =>
    (await (await fetch(url(path), init)).json()) as Record<string, unknown>;

  it('sends a request on in payload format 2.0', async () => {
    const event = await echoed('echo/a%20b?x=1&x=2&y=', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-own': 'h', cookie: 'c=1; d=2' },
      body: '{"a":1}',
    });

    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /echo/{name}',
      rawPath: '/echo/a%20b',
      rawQueryString: 'x=1&x=2&y=',
      cookies: ['c=1', 'd=2'],
      headers: { 'content-type': 'application/json', 'x-own': 'h' },
      queryStringParameters: { x: '1,2', y: '' },
      pathParameters: { name: 'a b' },
      requestContext: {
        accountId: '000000000000',
        stage: '$default',
        http: { method: 'POST', path: '/echo/a%20b', protocol: 'HTTP/1.1' },
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/) as string,
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
  ])('sends a body of type %s in base 64: %s', async (type, isBase64Encoded) => {
    const event = await echoed('echo/x', {
      method: 'POST',
      headers: { 'content-type': type },
      body: 'a=1',
    });

    expect(event['isBase64Encoded']).toBe(isBase64Encoded);
    expect(event['body']).toBe(isBase64Encoded ? 'YT0x' : 'a=1');
  });

  it('serves a stage under its name', async () => {
    const event = await echoed('beta/echo/x');

    expect(event).toMatchObject({ rawPath: '/beta/echo/x', requestContext: { stage: 'beta' } });
  });

  it('takes anyone for a signed caller where AWS asks for a signature', async () => {
    expect(await echoed('guarded')).toMatchObject({
      requestContext: { authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/local' } } },
    });
  });

  it('answers with bytes, headers and cookies of the function', async () => {
    const response = await fetch(url('echo/x?respond=binary'));

    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1]);
  });

  it('takes a result without a status for the body of a 200', async () => {
    const response = await fetch(url('echo/x?respond=plain'));

    expect([response.status, await response.text()]).toEqual([200, '{"just":"json"}']);
  });

  it.each(['throw', 'broken', 'hang'])(
    'answers 500 when the function ends in: %s',
    async (ending) => {
      const response = await fetch(url(`echo/x?respond=${ending}`));

      expect([response.status, await response.json()]).toEqual([
        500,
        { message: 'Internal Server Error' },
      ]);
    },
  );

  it('answers 404 where there is no route, and 413 above 10 MB', async () => {
    const lost = await fetch(url('nowhere'));
    const large = await fetch(url('echo/x'), {
      method: 'POST',
      body: Buffer.alloc(10 * 1024 * 1024 + 1),
    });

    expect([lost.status, await lost.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(large.status).toBe(413);
  });
});

describe('the other services', () => {
  const use = async (tool: string) =>
    (await fetch(url(`tools/${tool}`), { method: 'POST' })).text();

  it('are reached by the SDK without any setting in the code', async () => {
    expect(JSON.parse(await use('secret'))).toEqual({
      user: 'u',
      password: expect.stringMatching(/^.{32}$/) as string,
    });
    expect(await use('object')).toBe('kept');
  });

  it('give a secret its new value, and the previous one on demand', async () => {
    const { arn: SecretId } = Object.values(cloud.endpoints.secrets)[0]!;
    const generated = await secrets.send(new GetSecretValueCommand({ SecretId }));

    await secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'new' }));

    expect(await use('secret')).toBe('new');
    expect(
      await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage: 'AWSPREVIOUS' })),
    ).toMatchObject({
      SecretString: generated.SecretString,
    });
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toThrow(
      /can't find/,
    );
  });

  it('fan a notification out to queues, by their filters, and to functions', async () => {
    await use('publish');

    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueNamed('Heard').url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 5,
      }),
    );
    const [row] = await seen('listener');

    expect(Messages!.map(({ Body }) => Body)).toContain('news');
    expect(row!['event']).toMatchObject({
      Records: [
        {
          EventSource: 'aws:sns',
          Sns: {
            Type: 'Notification',
            Message: 'news',
            Subject: null,
            MessageAttributes: { type: { Type: 'String', Value: 'x' } },
          },
        },
      ],
    });
  });

  it('are called on schedule', async () => {
    const rows = await seen('ticker', 2);

    expect(rows[0]!['event']).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      detail: {},
    });
    await eventually(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueNamed('Ticks').url, MaxNumberOfMessages: 10 }),
      );
      return Messages.some(({ Body }) => Body === '{"tick":true}') ? true : undefined;
    });
  });

  it('count what each function does, in the units AWS bills', async () => {
    const before = cloud.operations()['toolbox']!;

    await use('capacity');
    await use('send');
    const {
      dynamodb,
      sqs: queues,
      sns,
      s3,
      secrets: secretCalls,
      invocations,
    } = cloud.operations()['toolbox']!;

    expect(invocations - before.invocations).toBe(2);
    // 1 + 3 for 2.5 KB + 1 for the refused condition + 2 in the batch; 0.5 and 1 to read.
    expect(dynamodb).toEqual({ requests: 6, writeUnits: 7, readUnits: 1.5 });
    expect(queues).toEqual({ SendMessage: 1, SendMessageBatch: 1 });
    expect(sns).toEqual({ Publish: 1 });
    expect(s3).toEqual({ requests: 2 });
    expect(secretCalls).toEqual({ GetSecretValue: 2 });
    expect(await (await fetch(`${cloud.endpoints.admin}/__cloud/operations`)).json()).toMatchObject(
      {
        toolbox: { dynamodb: { writeUnits: 7 } },
      },
    );
  });

  it('are refused where they are not emulated, and named', async () => {
    expect(await use('foreign')).toBe('NotEmulated');

    expect(warnings).toContain('toolbox called dynamodb, which is not emulated');
    expect(cloud.notEmulated).toEqual([
      expect.stringMatching(/^AWS::Kinesis::Stream Service\/Stream/),
    ]);
    expect(warnings.filter((warning) => warning.startsWith('not emulated: '))).toHaveLength(1);
  });
});

describe('a function', () => {
  it('sees the environment Lambda gives it, the template’s and the extra one, and nothing of this process', async () => {
    process.env['OF_THIS_PROCESS'] = 'x';
    const environment = (await (await fetch(url('echo/x?respond=environment'))).json()) as Record<
      string,
      string
    >;

    expect(environment).toMatchObject({
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: expect.stringMatching(/^Service-Echo/) as string,
      AWS_ENDPOINT_URL_SQS: cloud.endpoints.services.sqs,
      AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.services.dynamodb,
      AWS_ENDPOINT_URL: cloud.endpoints.admin,
      EXTRA: 'for echo',
    });
    expect(environment).not.toHaveProperty('OF_THIS_PROCESS');
    expect(environment).not.toHaveProperty('HOME');
  });

  it('prints to a log of its own', async () => {
    await order('printed');
    await seen('printed');

    await eventually(() =>
      readFileSync(cloud.endpoints.functions['worker']!.logFile, 'utf8').includes('saw printed')
        ? true
        : undefined,
    );
  });

  it('leaves its errors and timeouts in the log', async () => {
    await fetch(url('echo/x?respond=throw'));
    await fetch(url('echo/x?respond=hang'));

    const log = readFileSync(cloud.endpoints.functions['echo']!.logFile, 'utf8');
    expect(log).toMatch(/Invoke Error\t\{"errorType":"Error","errorMessage":"as asked"/);
    expect(log).toMatch(/Task timed out after 1\.00 seconds/);
  });
});

it('describes itself over HTTP', async () => {
  const described: unknown = await (
    await fetch(`${cloud.endpoints.admin}/__cloud/endpoints`)
  ).json();

  expect(described).toEqual(JSON.parse(JSON.stringify(cloud.endpoints)));
  expect((await fetch(`${cloud.endpoints.admin}/elsewhere`)).status).toBe(404);
});
