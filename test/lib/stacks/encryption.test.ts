import { App, Aspects, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { EncryptedWith } from '../../../lib/constructs/encrypted-with';
import type { Configuration } from '../../../lib/config/configuration';
import { idleCost, type PricedTemplate } from '../../../lib/cost/idle-cost';
import { aConfiguration, nameOf, templatesOf, type Reference } from '../deployment';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef';

/** Everything that a deployment may have, so that no resource is missing from what is looked at. */
const whole = (about: Partial<Configuration>) =>
  templatesOf(aConfiguration({ notifications: { deliveryEvents: true }, ...about }));

const plain = whole({});
const own = whole({ encryption: { key: 'own' } });
const given = whole({ encryption: { key: KEY_ARN } });
const disposable = whole({ encryption: { key: 'own' }, development: true });

interface AnyResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Templates = typeof plain;

const resourcesIn = ({ state, service }: Templates): [string, AnyResource][] =>
  [state, service].flatMap((template) =>
    Object.entries(template.toJSON()['Resources'] as Record<string, AnyResource>),
  );

/** How a resource of each type that keeps data names its key. */
const KEEPS_DATA: Readonly<Record<string, (key: unknown) => object>> = {
  'AWS::DynamoDB::Table': (KMSMasterKeyId) => ({
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId },
  }),
  'AWS::Logs::LogGroup': (KmsKeyId) => ({ KmsKeyId }),
  'AWS::S3::Bucket': (KMSMasterKeyID) => ({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
        },
      ],
    },
  }),
  'AWS::SecretsManager::Secret': (KmsKeyId) => ({ KmsKeyId }),
  'AWS::SNS::Topic': (KmsMasterKeyId) => ({ KmsMasterKeyId }),
  'AWS::SQS::Queue': (KmsMasterKeyId) => ({ KmsMasterKeyId, KmsDataKeyReusePeriodSeconds: 3_600 }),
};

/** Types that keep none: a function's environment names things, an alarm counts. */
const KEEPS_NONE =
  /^AWS::(ApiGatewayV2|CloudWatch|Events|IAM|KMS|Lambda)::|Policy$|^AWS::SNS::Subscription$|^Custom::MailgunWebhooks$/;

const keepingData = (templates: Templates) =>
  resourcesIn(templates).filter(([, { Type }]) => Type in KEEPS_DATA);

/** What stands for the key, by the stack a resource is in. */
const shown = (key: unknown) => (typeof key === 'string' ? key : nameOf(key as Reference));

it('knows of every type of resource whether it keeps data', () => {
  const unknown = resourcesIn(own).filter(
    ([, { Type }]) => !(Type in KEEPS_DATA) && !KEEPS_NONE.test(Type),
  );

  expect(unknown).toEqual([]);
  expect(new Set(keepingData(own).map(([, { Type }]) => Type))).toEqual(
    new Set(Object.keys(KEEPS_DATA)),
  );
});

describe.each([
  ['a key of its own', own, 'Key'],
  ['a key that was there', given, KEY_ARN],
])('with %s', (_which, templates, key) => {
  it.each(keepingData(templates))('%s is encrypted with it', (_id, { Type, Properties }) => {
    expect(Properties).toMatchObject(KEEPS_DATA[Type]!(expect.anything()));
    const named = [
      ...JSON.stringify(Properties).matchAll(/"K[mM][sS]\w*Key\w*":("[^"]+"|\{[^}]+\})/g),
    ];
    expect(named.map(([, value]) => shown(JSON.parse(value!)))).toEqual([key]);
  });

  it.each(keepingData(templates).filter(([, { Type }]) => Type === 'AWS::SQS::Queue'))(
    '%s is not encrypted in two ways',
    (_id, { Properties }) => {
      expect(Properties).not.toHaveProperty('SqsManagedSseEnabled');
    },
  );

  it('lets each role use it through what the role reads, and what it writes', () => {
    const all = ['dynamodb', 'secretsmanager'];
    const notifying = { write: ['sns', 'sqs'] };

    expect(keyUseIn(templates, key)).toEqual({
      BatchSenderFunctionRole: { read: all, write: ['s3', 'sns', 'sqs'] },
      CampaignGuardFunctionRole: { read: ['dynamodb'], ...notifying },
      ControlApiFunctionRole: { read: all, ...notifying },
      DomainDoctorFunctionRole: { read: all, ...notifying },
      EventRecorderFunctionRole: { read: all, ...notifying },
      NotificationPublisherFunctionRole: notifying,
      ParkedReleaserFunctionRole: { read: ['dynamodb', 's3'], ...notifying },
      ReconcilerFunctionRole: { read: all, ...notifying },
      SuppressionSyncerFunctionRole: { read: all, ...notifying },
      WebhookReceiverFunctionRole: { read: ['secretsmanager'], write: ['sqs'] },
      WebhookRegistrationFunctionRole: { read: all },
    });
  });

  it('changes nothing else of what a role may do', () => {
    expect(statementsBut(templates, isOfKey)).toEqual(statementsBut(plain, isOfKey));
  });

  it('tells its ARN, which producers need', () => {
    const [output] = Object.values(templates.state.findOutputs('EncryptionKeyArn'));

    expect(shown(output?.['Value'])).toBe(key);
  });

  it('needs nothing of the service in the stateful stack', () => {
    expect(JSON.stringify(templates.state.toJSON())).not.toContain('Fn::ImportValue');
  });
});

describe('the key of the deployment', () => {
  it('is renewed, and stays when the stack goes, but for development', () => {
    own.state.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true },
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    disposable.state.hasResource('AWS::KMS::Key', {
      Properties: { EnableKeyRotation: true, PendingWindowInDays: 7 },
      DeletionPolicy: 'Delete',
    });
  });

  it('has an alias with the name of the stage', () => {
    own.state.hasResourceProperties('AWS::KMS::Alias', {
      AliasName: 'alias/campaign-mailgun-test',
    });
  });

  it('is used as IAM of the account says, by its alarms and by its logs, and by nobody else', () => {
    const [key] = Object.values(own.state.findResources('AWS::KMS::Key'));
    const { Statement } = (
      key as { Properties: { KeyPolicy: { Statement: Record<string, unknown>[] } } }
    ).Properties.KeyPolicy;

    expect(Statement).toEqual([
      expect.objectContaining({
        Action: 'kms:*',
        Principal: {
          AWS: {
            'Fn::Join': [
              '',
              [
                ...['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }],
                ':root',
              ],
            ],
          },
        },
      }),
      expect.objectContaining({
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
      expect.objectContaining({
        Principal: {
          Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] },
        },
        Condition: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': {
              'Fn::Join': [
                '',
                [
                  ...['arn:', { Ref: 'AWS::Partition' }, ':logs:', { Ref: 'AWS::Region' }],
                  ...[':', { Ref: 'AWS::AccountId' }, ':log-group:*'],
                ],
              ],
            },
          },
        },
      }),
    ]);
  });

  it('costs a dollar a month, and nothing else more', () => {
    const costOf = ({ state, service }: Templates) =>
      idleCost([state, service].map((template) => template.toJSON() as PricedTemplate));

    expect(costOf(own).unpriced).toEqual([]);
    expect(costOf(own).total - costOf(plain).total).toBeCloseTo(1, 6);
    expect(costOf(given).total).toBeCloseTo(costOf(plain).total, 6);
  });
});

it('makes no key where one is given, and asks for none unless told to', () => {
  given.state.resourceCountIs('AWS::KMS::Key', 0);
  expect(JSON.stringify([plain.state.toJSON(), plain.service.toJSON()])).not.toMatch(/kms/i);
});

it('refuses a permission of which nobody has said what it needs of the key', () => {
  const stack = new Stack(new App());
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['sqs:PurgeQueue'], resources: ['*'] }));
  Aspects.of(stack).add(new EncryptedWith(new Key(stack, 'Key')));

  expect(() => Template.fromStack(stack)).toThrow(
    'unknown what sqs:PurgeQueue needs of a key, received in Default/Role/DefaultPolicy',
  );
});

/** A statement of a role's policy, with a condition where it is about the key. */
interface RoleStatement {
  readonly Action: string | readonly string[];
  readonly Resource: Partial<Reference> | string;
  readonly Condition?: {
    readonly StringEquals: { readonly 'kms:ViaService': readonly Reference[] };
  };
}

interface RolePolicy {
  readonly Properties: {
    readonly Roles: readonly Reference[];
    readonly PolicyDocument: { readonly Statement: readonly RoleStatement[] };
  };
}

function policiesIn({ service }: Templates): [role: string, readonly RoleStatement[]][] {
  const policies = Object.values(
    service.findResources('AWS::IAM::Policy') as Record<string, RolePolicy>,
  );
  return policies.map(({ Properties }) => [
    nameOf(Properties.Roles[0]!),
    Properties.PolicyDocument.Statement,
  ]);
}

function isOfKey({ Action }: RoleStatement): boolean {
  return JSON.stringify(Action).includes('kms:');
}

function statementsBut(templates: Templates, left: (statement: RoleStatement) => boolean) {
  return policiesIn(templates).map(([role, statements]) => [
    role,
    statements.filter((statement) => !left(statement)),
  ]);
}

/** Services through which each role reads and writes with the key; fails for any other key or action. */
function keyUseIn(templates: Templates, key: string) {
  const uses = policiesIn(templates).map(([role, statements]) => {
    const entries = statements.filter(isOfKey).map(({ Action, Resource, Condition }) => {
      expect(shown(Resource)).toBe(key);
      expect(['kms:Decrypt', ['kms:Decrypt', 'kms:GenerateDataKey']]).toContainEqual(Action);
      const services = Condition!.StringEquals['kms:ViaService'].map((service) => {
        const [, [name = '', ...rest]] = service['Fn::Join'];
        expect(rest).toEqual([{ Ref: 'AWS::Region' }, '.amazonaws.com']);
        return JSON.stringify(name).replaceAll(/[".]/g, '');
      });
      return [Action === 'kms:Decrypt' ? 'read' : 'write', services] as const;
    });
    return [role, Object.fromEntries(entries)] as const;
  });
  return Object.fromEntries(uses);
}
