import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly, type StackTemplate } from '../../../../local/cloud/template/assembly';
import { TemplateResolver } from '../../../../local/cloud/template/intrinsics';

const QUEUE = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'named' } };

const state = {
  Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'rows' } } },
  Outputs: {
    Exported: { Value: { Ref: 'Table' }, Export: { Name: 'State:Table' } },
    Weak: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
  },
};

const service = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' }, Open: { Type: 'String' } },
  Mappings: { Regions: { 'us-east-1': { short: 'use1' } } },
  Conditions: {
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
    Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    Circle: { 'Fn::Not': [{ Condition: 'Circle' }] },
  },
  Resources: {
    Queue: QUEUE,
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: {} },
    Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'fn' } },
    Snake: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: { 'Fn::GetAtt': ['Tail', 'QueueName'] } },
    },
    Tail: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: { 'Fn::GetAtt': ['Snake', 'QueueName'] } },
    },
  },
};

function assemblyOf(templates: Record<string, object>): StackTemplate[] {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const artifacts = Object.keys(templates).map((name) => [
    name,
    {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: `${name}.template.json` },
    },
  ]);
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({ artifacts: Object.fromEntries(artifacts) as object }),
  );
  for (const [name, template] of Object.entries(templates)) {
    writeFileSync(join(directory, `${name}.template.json`), JSON.stringify(template));
  }
  return readAssembly(directory);
}

const stacks = assemblyOf({ State: state, Service: service });
const resolver = new TemplateResolver(stacks, {
  accountId: '000000000000',
  region: 'us-east-1',
  queueUrl: (name) => `http://127.0.0.1:4511/000000000000/${name}`,
  apiUrl: () => 'http://127.0.0.1:4514',
});
const resolve = (value: unknown): unknown =>
  resolver.resolve(value, { stack: stacks[1]!, subject: 'Service/Asker' });

it.each<[string, unknown, unknown]>([
  ['a queue reference', { Ref: 'Queue' }, 'http://127.0.0.1:4511/000000000000/named'],
  ['an attribute', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:named'],
  [
    'an attribute with a dot',
    { 'Fn::GetAtt': 'Fn.Arn' },
    'arn:aws:lambda:us-east-1:000000000000:function:fn',
  ],
  ['a parameter', { Ref: 'Stage' }, 'dev'],
  ['the region', { Ref: 'AWS::Region' }, 'us-east-1'],
  ['the account', { Ref: 'AWS::AccountId' }, '000000000000'],
  ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 7]] }, 'a-dev-7'],
  ['a substitution', { 'Fn::Sub': '${Stage}.${Queue.QueueName}.${!kept}' }, 'dev.named.${kept}'],
  [
    'a substitution with variables',
    { 'Fn::Sub': ['${x}/${Stage}', { x: { Ref: 'Stage' } }] },
    'dev/dev',
  ],
  ['an import', { 'Fn::ImportValue': 'State:Table' }, 'rows'],
  [
    'a weak reference to another stack',
    { 'Fn::GetStackOutput': { StackName: 'State', OutputName: 'Weak' } },
    'arn:aws:dynamodb:us-east-1:000000000000:table/rows',
  ],
  [
    'a selection of a split',
    { 'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Queue', 'Arn'] }] }] },
    'named',
  ],
  ['a condition that holds', { 'Fn::If': ['IsDev', 'yes', { Ref: 'Nowhere' }] }, 'yes'],
  ['a condition that does not', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
  ['a conjunction', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['a disjunction', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['a mapping', { 'Fn::FindInMap': ['Regions', { Ref: 'AWS::Region' }, 'short'] }, 'use1'],
  ['text in base 64', { 'Fn::Base64': 'hi' }, 'aGk='],
  ['JSON', { 'Fn::ToJsonString': { a: { Ref: 'Stage' } } }, '{"a":"dev"}'],
  ['an absent property', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
  ['an absent item', [{ Ref: 'AWS::NoValue' }, 1], [1]],
  ['an API', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'http://127.0.0.1:4514'],
  [
    'the URL CDK writes for an API',
    {
      'Fn::Join': [
        '',
        [
          'https://',
          { Ref: 'Api' },
          '.execute-api.',
          { Ref: 'AWS::Region' },
          '.',
          { Ref: 'AWS::URLSuffix' },
          '/x',
        ],
      ],
    },
    'http://127.0.0.1:4514/x',
  ],
])('resolves %s', (_what, value, expected) => {
  expect(resolve(value)).toEqual(expected);
});

it('gives each stack an id that ends in a GUID, the same as long as the cloud runs', () => {
  const id = resolve({ Ref: 'AWS::StackId' });
  const ofState = resolver.resolve(
    { Ref: 'AWS::StackId' },
    { stack: stacks[0]!, subject: 'State/Asker' },
  );

  expect(id).toMatch(
    /^arn:aws:cloudformation:us-east-1:000000000000:stack\/Service\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  expect(resolve({ Ref: 'AWS::StackId' })).toBe(id);
  expect(String(ofState).split('/')[2]).not.toBe(String(id).split('/')[2]);
});

it.each([
  [
    { Ref: 'Nowhere' },
    'broken template: Service/Asker: refers to "Nowhere", which is no resource of stack Service',
  ],
  [{ 'Fn::GetAtt': ['Nowhere', 'Arn'] }, 'refers to "Nowhere"'],
  [{ 'Fn::Sub': '${Nowhere.Arn}' }, 'refers to "Nowhere"'],
  [{ 'Fn::ImportValue': 'Nothing' }, 'imports "Nothing", which no stack exports'],
  [
    { 'Fn::GetStackOutput': { StackName: 'State', OutputName: 'X' } },
    'reads output "X" of stack "State"',
  ],
  [{ Ref: 'Open' }, 'parameter "Open" has no default'],
  [{ 'Fn::If': ['Unknown', 1, 2] }, 'condition "Unknown" is not declared'],
  [{ 'Fn::If': ['Circle', 1, 2] }, 'refers to itself in a circle'],
  [{ Ref: 'Snake' }, 'refers to itself in a circle'],
  [{ 'Fn::Cidr': ['10.0.0.0/16', 1] }, 'Fn::Cidr is not supported locally'],
  [{ 'Fn::Select': [9, ['a']] }, 'Fn::Select finds nothing at 9'],
  [{ 'Fn::FindInMap': ['Regions', 'mars', 'short'] }, 'finds nothing at Regions.mars.short'],
])('says what is wrong with %j', (value, message) => {
  expect(() => resolve(value)).toThrow(message);
});
