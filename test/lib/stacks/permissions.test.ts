import type { Template } from 'aws-cdk-lib/assertions';
import { aConfiguration, nameOf, resourcesOf, templatesOf, type Reference } from '../deployment';

const { service, state } = templatesOf(aConfiguration());

const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** What each role may do: `action on resource`, sorted. */
function permissionsIn(template: Template): Record<string, string[]> {
  const permissions: Record<string, string[]> = {};
  for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
    for (const role of Properties.Roles) {
      const of = (permissions[nameOf(role)] ??= []);
      for (const statement of Properties.PolicyDocument.Statement) {
        expect(statement).toEqual({
          Effect: 'Allow',
          Action: statement.Action,
          Resource: statement.Resource,
        });
        for (const action of listed(statement.Action)) {
          for (const resource of listed(statement.Resource))
            of.push(`${action} on ${nameOf(resource)}`);
        }
      }
      of.sort();
    }
  }
  return permissions;
}

const consuming = (queue: string) =>
  [
    'ChangeMessageVisibility',
    'DeleteMessage',
    'GetQueueAttributes',
    'GetQueueUrl',
    'ReceiveMessage',
  ].map((action) => `sqs:${action} on ${queue}`);

const logging = (logGroup: string) =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on ${logGroup}`);

it.each([
  [
    'the sender writes batches and controls, reads suppressions, parks, and deletes no record',
    'BatchSenderFunctionRole',
    [
      'dynamodb:GetItem on Batches',
      'dynamodb:PutItem on Batches',
      'dynamodb:UpdateItem on Batches',
      'dynamodb:BatchGetItem on Suppressions',
      'dynamodb:BatchGetItem on Controls',
      'dynamodb:UpdateItem on Controls',
      's3:PutObject on Parked/parked/*',
      'secretsmanager:GetSecretValue on Secret',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on BatchSenderCampaignsDeadLetterQueue',
      'sqs:SendMessage on ReconcilerReconciliationsQueue',
      ...consuming('BatchSenderCampaignsQueue'),
      ...logging('BatchSenderFunctionLogs'),
    ],
  ],
  [
    'the webhook receiver sends to the event queue and reaches no table',
    'WebhookReceiverFunctionRole',
    [
      'secretsmanager:GetSecretValue on Secret',
      'sqs:SendMessage on EventRecorderEventsQueue',
      ...logging('WebhookReceiverFunctionLogs'),
    ],
  ],
  [
    'the event recorder writes rows, tallies and suppressions, wakes the guard, and deletes nothing',
    'EventRecorderFunctionRole',
    [
      'dynamodb:GetItem on Batches',
      'dynamodb:PutItem on Batches',
      'dynamodb:UpdateItem on Tallies',
      'dynamodb:PutItem on Events',
      'dynamodb:BatchGetItem on Suppressions',
      'dynamodb:PutItem on Suppressions',
      'dynamodb:UpdateItem on Controls',
      'secretsmanager:GetSecretValue on Secret',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on CampaignGuardRequestsQueue',
      'sqs:SendMessage on EventRecorderEventsDeadLetterQueue',
      ...consuming('EventRecorderEventsQueue'),
      ...logging('EventRecorderFunctionLogs'),
    ],
  ],
  [
    'the guard reads batches and tallies, changes the controls, and deletes nothing',
    'CampaignGuardFunctionRole',
    [
      'dynamodb:Query on Batches',
      'dynamodb:Query on Tallies',
      'dynamodb:BatchGetItem on Controls',
      'dynamodb:Query on Controls',
      'dynamodb:UpdateItem on Controls',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on CampaignGuardRequestsQueue',
      'sqs:SendMessage on CampaignGuardRequestsDeadLetterQueue',
      ...consuming('CampaignGuardRequestsQueue'),
      ...logging('CampaignGuardFunctionLogs'),
    ],
  ],
  [
    'the releaser reads and deletes what is parked, and frees its batches',
    'ParkedReleaserFunctionRole',
    [
      's3:ListBucket on Parked',
      's3:GetObject on Parked/parked/*',
      's3:DeleteObject on Parked/parked/*',
      'dynamodb:UpdateItem on Batches',
      'dynamodb:BatchGetItem on Controls',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on BatchSenderCampaignsQueue',
      'sqs:SendMessage on ParkedReleaserReleasesQueue',
      'sqs:SendMessage on ParkedReleaserReleasesDeadLetterQueue',
      ...consuming('ParkedReleaserReleasesQueue'),
      ...logging('ParkedReleaserFunctionLogs'),
    ],
  ],
  [
    'the reconciler reads batches and tallies, keeps checkpoints, and sends to the event queue',
    'ReconcilerFunctionRole',
    [
      'dynamodb:GetItem on Batches',
      'dynamodb:Query on Tallies',
      'dynamodb:GetItem on Controls',
      'dynamodb:PutItem on Controls',
      'dynamodb:UpdateItem on Controls',
      'dynamodb:Query on Controls',
      'secretsmanager:GetSecretValue on Secret',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on EventRecorderEventsQueue',
      'sqs:SendMessage on ReconcilerReconciliationsDeadLetterQueue',
      ...consuming('ReconcilerReconciliationsQueue'),
      ...logging('ReconcilerFunctionLogs'),
    ],
  ],
  [
    'the publisher publishes, and reaches no table',
    'NotificationPublisherFunctionRole',
    [
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsDeadLetterQueue',
      ...consuming('NotificationPublisherNotificationsQueue'),
      ...logging('NotificationPublisherFunctionLogs'),
    ],
  ],
  [
    'the syncer writes suppressions, deletes what left the allowlist, and notes how it went',
    'SuppressionSyncerFunctionRole',
    [
      'dynamodb:BatchGetItem on Suppressions',
      'dynamodb:Query on Suppressions',
      'dynamodb:PutItem on Suppressions',
      'dynamodb:DeleteItem on Suppressions',
      'dynamodb:UpdateItem on Controls',
      'secretsmanager:GetSecretValue on Secret',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on SuppressionSyncerSyncsQueue',
      'sqs:SendMessage on SuppressionSyncerSyncsDeadLetterQueue',
      ...consuming('SuppressionSyncerSyncsQueue'),
      ...logging('SuppressionSyncerFunctionLogs'),
    ],
  ],
  [
    'the control API reads, changes controls and suppressions, asks for releases and redrives dead letters',
    'ControlApiFunctionRole',
    [
      'dynamodb:GetItem on Batches',
      'dynamodb:Query on Batches',
      'dynamodb:Query on Tallies',
      'dynamodb:BatchGetItem on Controls',
      'dynamodb:Query on Controls',
      'dynamodb:UpdateItem on Controls',
      'dynamodb:BatchGetItem on Suppressions',
      'dynamodb:PutItem on Suppressions',
      'secretsmanager:GetSecretValue on Secret',
      'sns:Publish on Notifications',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sqs:SendMessage on ParkedReleaserReleasesQueue',
      'sqs:SendMessage on BatchSenderCampaignsQueue',
      'sqs:SendMessage on EventRecorderEventsQueue',
      'sqs:ReceiveMessage on BatchSenderCampaignsDeadLetterQueue',
      'sqs:DeleteMessage on BatchSenderCampaignsDeadLetterQueue',
      'sqs:ReceiveMessage on EventRecorderEventsDeadLetterQueue',
      'sqs:DeleteMessage on EventRecorderEventsDeadLetterQueue',
      'sqs:ReceiveMessage on ParkedReleaserReleasesDeadLetterQueue',
      'sqs:DeleteMessage on ParkedReleaserReleasesDeadLetterQueue',
      'sqs:SendMessage on ReconcilerReconciliationsQueue',
      'sqs:ReceiveMessage on ReconcilerReconciliationsDeadLetterQueue',
      'sqs:DeleteMessage on ReconcilerReconciliationsDeadLetterQueue',
      'sqs:ReceiveMessage on NotificationPublisherNotificationsDeadLetterQueue',
      'sqs:DeleteMessage on NotificationPublisherNotificationsDeadLetterQueue',
      'sqs:SendMessage on CampaignGuardRequestsQueue',
      'sqs:ReceiveMessage on CampaignGuardRequestsDeadLetterQueue',
      'sqs:DeleteMessage on CampaignGuardRequestsDeadLetterQueue',
      'sqs:SendMessage on SuppressionSyncerSyncsQueue',
      'sqs:ReceiveMessage on SuppressionSyncerSyncsDeadLetterQueue',
      'sqs:DeleteMessage on SuppressionSyncerSyncsDeadLetterQueue',
      ...logging('ControlApiFunctionLogs'),
    ],
  ],
  [
    'the registrar reads the secret and notes what is left over, and deletes nothing',
    'WebhookRegistrationFunctionRole',
    [
      'dynamodb:Query on Controls',
      'dynamodb:UpdateItem on Controls',
      'secretsmanager:GetSecretValue on Secret',
      ...logging('WebhookRegistrationFunctionLogs'),
    ],
  ],
  [
    'the domain doctor changes the controls only, asks for releases and notifies',
    'DomainDoctorFunctionRole',
    [
      'dynamodb:BatchGetItem on Controls',
      'dynamodb:UpdateItem on Controls',
      'secretsmanager:GetSecretValue on Secret',
      'sqs:SendMessage on NotificationPublisherNotificationsQueue',
      'sns:Publish on Notifications',
      'sqs:SendMessage on ParkedReleaserReleasesQueue',
      ...logging('DomainDoctorFunctionLogs'),
    ],
  ],
])('%s', (_promise, role, allowed) => {
  expect(permissionsIn(service)[role]).toEqual([...allowed].sort());
});

it('lets recorder and publisher publish delivery events where they are asked for, and nobody else', () => {
  const asked = templatesOf(aConfiguration({ notifications: { deliveryEvents: ['bounced'] } }));

  const publishing = Object.entries(permissionsIn(asked.service)).filter(([, allowed]) =>
    allowed.includes('sns:Publish on DeliveryEvents'),
  );

  expect(publishing.map(([role]) => role).sort()).toEqual([
    'EventRecorderFunctionRole',
    'NotificationPublisherFunctionRole',
  ]);
  asked.service.hasOutput('DeliveryEventsTopicArn', {});
});

it('gives every role its permissions through those policies alone', () => {
  const roles = resourcesOf(service, 'AWS::IAM::Role');

  expect(roles.map(([id]) => nameOf({ Ref: id })).sort()).toEqual(
    Object.keys(permissionsIn(service)).sort(),
  );
  for (const [, { Properties }] of roles) {
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Properties).not.toHaveProperty('Policies');
  }
  state.resourceCountIs('AWS::IAM::Role', 0);
});

it('lets only Lambda assume a role', () => {
  for (const [, { Properties }] of resourcesOf(service, 'AWS::IAM::Role')) {
    expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
    ]);
  }
});

it('opens no queue, topic or bucket by a policy of its own, but the alarms to CloudWatch', () => {
  const policies = [
    ...resourcesOf(service, 'AWS::SQS::QueuePolicy'),
    ...resourcesOf(service, 'AWS::SNS::TopicPolicy'),
    ...resourcesOf(state, 'AWS::S3::BucketPolicy'),
  ];
  const guarded =
    resourcesOf(service, 'AWS::SQS::Queue').length + resourcesOf(service, 'AWS::SNS::Topic').length;

  const opening = policies.flatMap(([, { Properties }]) =>
    Properties.PolicyDocument.Statement.filter(({ Effect }) => Effect !== 'Deny'),
  );

  expect(policies).toHaveLength(guarded + 1);
  expect(opening).toEqual([
    expect.objectContaining({
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: {
        ArnLike: { 'aws:SourceArn': expect.anything() as unknown },
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    }),
  ]);
});

const invocations = resourcesOf(service, 'AWS::Lambda::Permission').map(
  ([, { Properties }]) => Properties,
);

it('lets API Gateway invoke a function for its own routes only', () => {
  const routes = invocations.filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');

  expect(routes.length).toBeGreaterThan(0);
  for (const { SourceArn } of routes) {
    expect(JSON.stringify(SourceArn)).toMatch(
      /\/\*\/\*\/(webhooks|campaigns|accounts|domains|queues)\//,
    );
  }
});

it('lets nobody else invoke a function but the schedules their own', () => {
  const others = invocations.filter(({ Principal }) => Principal !== 'apigateway.amazonaws.com');

  expect(new Set(others.map(({ Principal }) => Principal))).toEqual(
    new Set(['events.amazonaws.com']),
  );
  expect(
    others.map(({ FunctionName, SourceArn }) => [
      nameOf(FunctionName),
      nameOf(SourceArn as Reference),
    ]),
  ).toEqual([
    ['CampaignGuardFunction', 'CampaignGuardEveryMinute'],
    ['ParkedReleaserFunction', 'ParkedReleaserEveryHour'],
    ['WebhookRegistrationFunction', 'WebhookRegistrationEveryHour'],
    ['DomainDoctorFunction', 'DomainDoctorSchedule'],
    ['SuppressionSyncerFunction', 'SuppressionSyncerSchedule'],
  ]);
});
