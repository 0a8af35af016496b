import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CfnOutput, CfnResource, Duration, Fn, type Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { CfnDomainName, HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { CfnEventSourceMapping, CfnFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import {
  BrokenTemplateError,
  LocalCloudError,
  PortInUseError,
} from '../../../local/cloud/cloud-error';
import {
  startLocalCloud,
  type LocalCloud,
  type LocalCloudOptions,
} from '../../../local/cloud/local-cloud';
import { readAssembly } from '../../../local/cloud/template/assembly';
import { aFunction, synthesized, temporaryDirectory, written } from './support/sample-app';

const start = (assemblyDirectory: string, options: Partial<LocalCloudOptions> = {}) =>
  startLocalCloud({
    assemblyDirectory,
    stateDirectory: temporaryDirectory(),
    basePort: 0,
    ...options,
  });

const clouds: LocalCloud[] = [];

async function started(...parameters: Parameters<typeof start>): Promise<LocalCloud> {
  const cloud = await start(...parameters);
  clouds.push(cloud);
  return cloud;
}

afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.stop()));
});

const defineEmptyStack = () => undefined;

/**
 * The first of four ports that were free a moment ago, below those the system gives to connections:
 * other tests have many of these open.
 */
async function freePorts(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all([0, 1, 2, 3].map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

it('has a queue as soon as the stack has it', async () => {
  const cloud = await started(
    synthesized((stack) => {
      const added = new Queue(stack, 'Added', { queueName: 'added' });
      new CfnOutput(stack, 'AddedUrl', { value: added.queueUrl });
    }),
  );

  expect(cloud.endpoints.outputs['AddedUrl']).toBe(
    `${cloud.endpoints.services.sqs}/000000000000/added`,
  );
  expect(await cloud.queueDepth('added')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  await expect(cloud.queueDepth('other')).rejects.toThrow('there is no queue "other"');
});

it.each<[string, (stack: Stack) => void, string]>([
  [
    'a REST API',
    (stack) => new RestApi(stack, 'Calls').root.addMethod('GET'),
    'AWS::ApiGateway::RestApi; synthesise it with webhooks.ingress "http"',
  ],
  [
    'a name of one’s own',
    (stack) => new CfnDomainName(stack, 'Calls', { domainName: 'hooks.example.com' }),
    'AWS::ApiGatewayV2::DomainName; synthesise it without webhooks.domain',
  ],
])('refuses %s: its requests would go nowhere', async (_what, define, complaint) => {
  await expect(start(synthesized(define))).rejects.toThrow(
    new RegExp(`^Service/Calls\\w*: the local cloud has no ${complaint}$`),
  );
});

it('hides messages no longer than it is told', async () => {
  const cloud = await started(
    synthesized((stack) => {
      new Queue(stack, 'Long', { queueName: 'long', visibilityTimeout: Duration.hours(1) });
    }),
    { longestVisibilitySeconds: 1 },
  );
  const { services, region, credentials, queues } = cloud.endpoints;
  const sqs = new SQSClient({ endpoint: services.sqs, region, credentials });
  const QueueUrl = Object.values(queues)[0]!.url;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await sqs.send(new ReceiveMessageCommand({ QueueUrl }));

  const again = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  sqs.destroy();

  expect(again.Messages).toHaveLength(1);
});

it('lets go of what was overwritten in a table, however often it is queried meanwhile', async () => {
  const stateDirectory = temporaryDirectory();
  const cloud = await started(
    synthesized((stack) => {
      new CfnTable(stack, 'Rows', {
        keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
        attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
        billingMode: 'PAY_PER_REQUEST',
      });
    }),
    { stateDirectory },
  );
  const { services, region, credentials, tables } = cloud.endpoints;
  const dynamodb = new DynamoDBClient({ endpoint: services.dynamodb, region, credentials });
  const TableName = Object.values(tables)[0]!.name;
  const kilobytes = 200;
  const writes = 200;

  for (let write = 0; write < writes; write += 1) {
    const noise = { S: randomBytes(kilobytes * 512).toString('hex') };
    await dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'one' }, noise } }));
    await dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'none' } },
      }),
    );
  }
  dynamodb.destroy();

  const directory = join(stateDirectory, 'table');
  const kept = readdirSync(directory).map((file) => statSync(join(directory, file)).size);
  const written = writes * kilobytes * 1024;
  expect(kept.reduce((sum, size) => sum + size, 0)).toBeLessThan(written / 2);
});

it('names outputs of nested constructs without their hash', async () => {
  const cloud = await started(
    synthesized((stack) => {
      const output = new CfnOutput(stack, 'Plain', { value: 'x' });
      output.overrideLogicalId('NestedUrl0A1B2C3D');
    }),
  );

  expect(cloud.endpoints.outputs).toEqual({ NestedUrl: 'x', NestedUrl0A1B2C3D: 'x' });
});

it.each([
  ['an ES module', 'index.mjs', 'export const handler = async () => "runs";', 'index.handler'],
  ['a CommonJS module', 'main.cjs', 'exports.run = async () => "runs";', 'main.run'],
])('runs %s', async (_kind, file, source, handler) => {
  const cloud = await started(
    synthesized((stack) => {
      const api = new HttpApi(stack, 'Api');
      const answering = aFunction(stack, 'Answer', written(source, file), { handler });
      api.addRoutes({ path: '/', integration: new HttpLambdaIntegration('I', answering) });
    }),
  );

  const response = await fetch(Object.values(cloud.endpoints.apis)[0]!.url);

  expect(await response.text()).toBe('runs');
});

it.each([
  ['a bundle without the module', 'other.js', 'exports.handler = () => 1;'],
  ['a module without the handler', 'index.js', 'exports.other = () => 1;'],
  ['a module that throws', 'index.js', 'throw new Error("broken bundle")'],
])('answers 500 and stays up with %s', async (_what, file, source) => {
  const cloud = await started(
    synthesized((stack) => {
      const api = new HttpApi(stack, 'Api');
      const broken = aFunction(stack, 'Broken', written(source, file));
      api.addRoutes({ path: '/', integration: new HttpLambdaIntegration('I', broken) });
    }),
  );
  const [{ url } = { url: '' }] = Object.values(cloud.endpoints.apis);

  expect((await fetch(url)).status).toBe(500);
  expect((await fetch(url)).status).toBe(500);
});

it('takes consecutive ports from the base, and the same again after a stop', async () => {
  const basePort = await freePorts();
  const directory = synthesized((stack) => new HttpApi(stack, 'Api'));
  const first = await start(directory, { basePort });
  await first.stop();
  await first.stop();

  const { endpoints } = await started(directory, { basePort });

  expect(endpoints.admin).toBe(`http://127.0.0.1:${basePort}`);
  expect(endpoints.services).toEqual({
    sqs: `http://127.0.0.1:${basePort + 1}`,
    sns: `http://127.0.0.1:${basePort + 1}`,
    s3: `http://127.0.0.1:${basePort + 1}`,
    dynamodb: `http://127.0.0.1:${basePort + 2}`,
    secretsmanager: `http://127.0.0.1:${basePort + 3}`,
  });
  expect(Object.values(endpoints.apis)).toEqual([{ url: `http://127.0.0.1:${basePort + 4}` }]);
});

it.each([0, 1, 2, 3])(
  'names the port that is busy, %d above the base, and frees the others',
  async (offset) => {
    const basePort = await freePorts();
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(basePort + offset, '127.0.0.1', resolve));
    const directory = synthesized(defineEmptyStack);

    const failure: unknown = await start(directory, { basePort }).catch((error: unknown) => error);
    await new Promise((resolve) => squatter.close(resolve));

    expect(failure).toBeInstanceOf(PortInUseError);
    expect((failure as Error).message).toMatch(
      new RegExp(`^port ${basePort + offset} \\(.+\\) is in use`),
    );
    await started(directory, { basePort });
  },
);

it('refuses a port no one can listen on', async () => {
  await expect(start(synthesized(defineEmptyStack), { basePort: 65_534 })).rejects.toThrow(
    'port: received 65534, allowed is 0 or 1024 to 65000',
  );
});

describe('a template that can’t be run', () => {
  const aBrokenFunction = (stack: Stack, properties: object = {}) =>
    new CfnFunction(stack, 'Sender', {
      code: { s3Bucket: 'b', s3Key: 'gone.zip' },
      role: 'arn:aws:iam::000000000000:role/r',
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X.name,
      ...properties,
    });

  it.each<[string, (stack: Stack) => void, string]>([
    [
      'a reference to nothing',
      (stack) => new CfnQueue(stack, 'Lost', { queueName: Fn.join('-', ['q', Fn.ref('Nowhere')]) }),
      'Service/Lost: refers to "Nowhere", which is no resource of stack Service',
    ],
    [
      'an import nobody exports',
      (stack) => new CfnQueue(stack, 'Lost', { queueName: Fn.importValue('Nothing') }),
      'Service/Lost: imports "Nothing", which no stack exports',
    ],
    [
      'an output that refers to nothing',
      (stack) => new CfnOutput(stack, 'Url', { value: Fn.ref('Nowhere') }),
      'Service output Url: refers to "Nowhere", which is no resource of stack Service',
    ],
    [
      'an unknown asset',
      aBrokenFunction,
      'Service/Sender: its code "gone.zip" is no asset of this assembly',
    ],
    [
      'a queue setting out of range',
      (stack) => new CfnQueue(stack, 'Slow', { visibilityTimeout: 43_201 }),
      'Service/Slow: Invalid value for the parameter VisibilityTimeout. Reason: Must be between 0 and 43200.',
    ],
    [
      'a table without its key attribute',
      (stack) =>
        new CfnTable(stack, 'Rows', {
          keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
          attributeDefinitions: [],
        }),
      'Service/Rows: ',
    ],
    [
      'a property of the wrong type',
      (stack) =>
        new CfnResource(stack, 'Odd', {
          type: 'AWS::SQS::Queue',
          properties: { RedrivePolicy: 7 },
        }),
      'Service/Odd: RedrivePolicy: ',
    ],
    [
      'a mapping of a queue that is not there',
      (stack) => {
        const sender = aFunction(stack, 'Sender', written('exports.handler = () => 1;'));
        new CfnEventSourceMapping(stack, 'Mapping', {
          functionName: sender.functionName,
          eventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:elsewhere',
        });
      },
      'Service/Mapping: its queue arn:aws:sqs:us-east-1:000000000000:elsewhere is not in the template',
    ],
  ])('says so in one line: %s', async (_what, define, message) => {
    const failure: unknown = await start(synthesized(define)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(BrokenTemplateError);
    expect((failure as Error).message).toMatch(/^broken template: .+$/);
    expect((failure as Error).message).toContain(message);
  });

  it('says which asset directory is missing', async () => {
    const directory = synthesized((stack) =>
      aFunction(stack, 'Sender', written('exports.handler = () => 1;')),
    );
    const [asset] = [...readAssembly(directory)[0]!.assets.values()].filter((path) =>
      path.includes('asset.'),
    );
    rmSync(asset!, { recursive: true });

    await expect(start(directory)).rejects.toThrow(
      new RegExp(
        `^broken template: Service/Sender\\w+: its asset directory is missing: ${asset!}$`,
      ),
    );
  });

  it('says where there is no assembly', async () => {
    const nowhere = join(temporaryDirectory(), 'none');
    const failure: unknown = await start(nowhere).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(LocalCloudError);
    expect((failure as Error).message).toBe(
      `no cloud assembly in ${nowhere}: manifest.json is missing`,
    );
  });
});
