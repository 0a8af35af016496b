import { App } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { CampaignMailgun } from '../../../lib/campaign-mailgun';
import { aConfiguration, nameOf, resourcesOf, templatesOf } from '../deployment';

const { state } = templatesOf(aConfiguration());
const development = templatesOf(aConfiguration({ development: true })).state;

const tables = resourcesOf(state, 'AWS::DynamoDB::Table');

describe('tables', () => {
  it('are the five of the data model', () => {
    expect(tables.map(([id]) => nameOf({ Ref: id })).sort()).toEqual([
      'Batches',
      'Controls',
      'Events',
      'Suppressions',
      'Tallies',
    ]);
  });

  it.each(tables)(
    'have string keys, cost per request and can be restored: %s',
    (_id, { Properties }) => {
      expect(Properties).toMatchObject({
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      });
    },
  );

  it.each(tables)('need no index and no stream: %s', (_id, { Properties }) => {
    expect(Properties).not.toHaveProperty('GlobalSecondaryIndexes');
    expect(Properties).not.toHaveProperty('LocalSecondaryIndexes');
    expect(Properties).not.toHaveProperty('StreamSpecification');
  });

  it.each(tables)('refuse deletion and outlive the stack outside development: %s', (_id, table) => {
    expect(table.Properties.DeletionProtectionEnabled).toBe(true);
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.UpdateReplacePolicy).toBe('Retain');
  });

  it.each(resourcesOf(development, 'AWS::DynamoDB::Table'))(
    'go with the stack in development: %s',
    (_id, table) => {
      expect(table.Properties.DeletionProtectionEnabled).toBe(false);
      expect(table.DeletionPolicy).toBe('Delete');
    },
  );

  it.each(tables)('forget an item by its ttl, where it has one: %s', (_id, { Properties }) => {
    expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ttl', Enabled: true });
  });
});

describe('the bucket of parked payloads', () => {
  it('is private and encrypted', () => {
    state.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
        ],
      },
      VersioningConfiguration: Match.absent(),
    });
  });

  it('is reached through TLS only', () => {
    state.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 's3:*',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
  });

  it.each([
    ['two weeks before the records of their batch', {}, 76],
    ['as configured', { recordsDays: 60, parkedDays: 20 }, 20],
  ])('forgets payloads %s', (_when, retention, days) => {
    const deployment = templatesOf(aConfiguration({ retention }));

    deployment.state.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [Match.objectLike({ Status: 'Enabled', ExpirationInDays: days })],
      },
    });
  });
});

describe('the secret', () => {
  // Any other value here makes Secrets Manager generate anew, and orphans every stored digest.
  it('is generated from exactly this, for ever', () => {
    state.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: {
        SecretStringTemplate:
          '{"apiKeys":{"default":"replace-me"},"webhookSigningKeys":["replace-me"]}',
        GenerateStringKey: 'recipientPepper',
        PasswordLength: 64,
        ExcludePunctuation: true,
      },
    });
  });
});

it.each(['AWS::SecretsManager::Secret', 'AWS::S3::Bucket'])(
  'keeps the %s outside development, and not in it',
  (type) => {
    state.hasResource(type, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    development.hasResource(type, { DeletionPolicy: 'Delete' });
  },
);

it.each([
  [true, false],
  [false, true],
])('with development %s, has termination protection %s', (isDevelopment, expected) => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });

  const { state: stack } = new CampaignMailgun(app, aConfiguration({ development: isDevelopment }));

  expect(stack.terminationProtection).toBe(expected);
});

it('tells the names of everything in its outputs', () => {
  const outputs = Object.keys(state.findOutputs('*')).filter((name) => !name.startsWith('Exports'));

  expect(outputs.sort()).toEqual([
    'BatchesTableName',
    'ControlsTableName',
    'EventsTableName',
    'ParkedBucketName',
    'SecretArn',
    'SuppressionsTableName',
    'TalliesTableName',
  ]);
});

it('makes the tables of events and tallies ready for as many writes as configured, and no other', () => {
  const warmed = templatesOf(aConfiguration({ events: { warmWritesPerSecond: 8_000 } })).state;

  const warm = Object.entries(
    warmed.findResources('AWS::DynamoDB::Table', {
      Properties: { WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 8_000 } },
    }),
  ).map(([id]) => nameOf({ Ref: id }));

  expect(warm.sort()).toEqual(['Events', 'Tallies']);
  expect(JSON.stringify(state.toJSON())).not.toContain('WarmThroughput');
});
