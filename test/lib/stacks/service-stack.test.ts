import { Match } from 'aws-cdk-lib/assertions';
import { environmentSchema as checkDomains } from '../../../lambdas/check-domains/environment';
import { environmentSchema as registerWebhooks } from '../../../lambdas/register-webhooks/environment';
import { ROUTE_KEYS } from '../../../lambdas/control/create-control-handler';
import { environmentSchema as control } from '../../../lambdas/control/environment';
import { environmentSchema as guard } from '../../../lambdas/guard/environment';
import { environmentSchema as publishNotifications } from '../../../lambdas/publish-notifications/environment';
import { environmentSchema as receiveWebhook } from '../../../lambdas/receive-webhook/environment';
import { environmentSchema as reconcile } from '../../../lambdas/reconcile/environment';
import { environmentSchema as recordEvents } from '../../../lambdas/record-events/environment';
import { environmentSchema as releaseParked } from '../../../lambdas/release-parked/environment';
import { environmentSchema as syncSuppressions } from '../../../lambdas/sync-suppressions/environment';
import { environmentSchema as sendBatch } from '../../../lambdas/send-batch/environment';
import {
  aConfiguration,
  nameOf,
  resourcesOf,
  templatesOf,
  type Reference,
  type Resource,
} from '../deployment';

const { service, state } = templatesOf(
  aConfiguration({ concurrency: { sender: 7, recorder: 9 }, retention: { logDays: 14 } }),
);

const queues = resourcesOf(service, 'AWS::SQS::Queue');
const functions = resourcesOf(service, 'AWS::Lambda::Function');
const mappings = resourcesOf(service, 'AWS::Lambda::EventSourceMapping');
/** The GUID in the stack's own id: CloudFormation makes it, and an update keeps it. */
const STACK_GUID = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

const isDeadLetterQueue = ([id]: [string, Resource]) => id.includes('DeadLetterQueue');

const resource = (id: string, among: [string, Resource][]): Resource =>
  among.find(([candidate]) => candidate === id)![1];

const mappingOf = (name: string): Resource =>
  mappings.find(([, { Properties }]) => nameOf(Properties.FunctionName) === name)![1];

const environmentOf = (name: string) =>
  functions.find(([id]) => nameOf({ Ref: id }) === name)![1].Properties.Environment.Variables;

describe('queues', () => {
  it.each(mappings)(
    'keep a message hidden six times as long as its consumer may take: %s',
    (_id, mapping) => {
      const {
        EventSourceArn,
        FunctionName,
        MaximumBatchingWindowInSeconds = 0,
      } = mapping.Properties;

      const { VisibilityTimeout } = resource(EventSourceArn['Fn::GetAtt'][0], queues).Properties;
      const { Timeout } = resource(FunctionName.Ref, functions).Properties;

      expect(VisibilityTimeout).toBeGreaterThanOrEqual(
        6 * Timeout + MaximumBatchingWindowInSeconds,
      );
    },
  );

  it.each(queues)(
    'are encrypted, keep messages 14 days and take messages of 1 MiB: %s',
    (_id, queue) => {
      expect(queue.Properties).toMatchObject({
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 1_209_600,
        MaximumMessageSize: 1_048_576,
      });
    },
  );

  it.each(queues)('refuse whatever does not come through TLS: %s', (id) => {
    service.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: id }],
      PolicyDocument: Match.objectLike({
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      }),
    });
  });

  it('each have a dead-letter queue of their own, which nothing consumes', () => {
    const working = queues.filter((queue) => !isDeadLetterQueue(queue));

    const targets = working.map(
      ([, { Properties }]) => Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0],
    );
    const consumed = mappings.map(
      ([, { Properties }]) => Properties.EventSourceArn['Fn::GetAtt'][0],
    );

    expect([...targets].sort()).toEqual(
      queues
        .filter(isDeadLetterQueue)
        .map(([id]) => id)
        .sort(),
    );
    expect([...consumed].sort()).toEqual(working.map(([id]) => id).sort());
  });

  it.each([
    ['BatchSenderCampaignsQueue', 1_000],
    ['EventRecorderEventsQueue', 50],
    ['ParkedReleaserReleasesQueue', 20],
    ['ReconcilerReconciliationsQueue', 1_000],
    ['NotificationPublisherNotificationsQueue', 100],
    ['CampaignGuardRequestsQueue', 100],
    ['SuppressionSyncerSyncsQueue', 20],
  ])('give up on a message late, because waiting is normal: %s', (name, maxReceiveCount) => {
    const queue = queues.find(([id]) => nameOf({ Ref: id }) === name)![1];

    expect(queue.Properties.RedrivePolicy.maxReceiveCount).toBe(maxReceiveCount);
  });
});

it('lets people redrive every queue that has dead letters, and tells where they are', () => {
  const byName = (text: unknown) =>
    Object.values(
      JSON.parse(nameOf(text as Reference)) as Record<string, Record<string, string>>,
    ).flatMap(({ queue, deadLetters }) => [queue, deadLetters]);
  const all = queues.map(([id]) => nameOf({ Ref: id })).sort();

  expect(byName(environmentOf('ControlApiFunction')['REDRIVABLE_QUEUES']).sort()).toEqual(all);
  const [output] = Object.values(service.findOutputs('RedrivableQueues'));
  expect(byName(output?.['Value']).sort()).toEqual(all);
});

describe('functions', () => {
  it.each(functions)('run on Node 24, arm64, with source maps: %s', (_id, { Properties }) => {
    expect(Properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    expect(Properties.Environment.Variables.NODE_OPTIONS).toBe('--enable-source-maps');
  });

  it('are the eleven of this project and no other', () => {
    expect(functions.map(([id]) => nameOf({ Ref: id })).sort()).toEqual([
      'BatchSenderFunction',
      'CampaignGuardFunction',
      'ControlApiFunction',
      'DomainDoctorFunction',
      'EventRecorderFunction',
      'NotificationPublisherFunction',
      'ParkedReleaserFunction',
      'ReconcilerFunction',
      'SuppressionSyncerFunction',
      'WebhookReceiverFunction',
      'WebhookRegistrationFunction',
    ]);
    state.resourceCountIs('AWS::Lambda::Function', 0);
  });

  it.each(functions)('reserve no concurrency: %s', (_id, { Properties }) => {
    expect(Properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('have a role and a log group each', () => {
    const roles = functions.map(([, { Properties }]) => nameOf(Properties.Role));
    const groups = functions.map(([, { Properties }]) => nameOf(Properties.LoggingConfig.LogGroup));

    expect(new Set(roles).size).toBe(functions.length);
    expect(new Set(groups).size).toBe(functions.length);
  });

  it.each([
    ['BatchSenderFunction', sendBatch],
    ['WebhookReceiverFunction', receiveWebhook],
    ['EventRecorderFunction', recordEvents],
    ['ControlApiFunction', control],
    ['ParkedReleaserFunction', releaseParked],
    ['ReconcilerFunction', reconcile],
    ['NotificationPublisherFunction', publishNotifications],
    ['WebhookRegistrationFunction', registerWebhooks],
    ['DomainDoctorFunction', checkDomains],
    ['CampaignGuardFunction', guard],
    ['SuppressionSyncerFunction', syncSuppressions],
  ])('get the environment they read, and no more: %s', (name, schema) => {
    const { NODE_OPTIONS: _, ...variables } = environmentOf(name);
    const resolved = Object.fromEntries(
      Object.entries(variables).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : textOf(value),
      ]),
    );

    expect(Object.keys(variables).sort()).toEqual(Object.keys(schema.shape).sort());
    expect(schema.safeParse(resolved).error).toBeUndefined();
  });

  it.each([
    ['BatchSenderFunction', 'BATCHES_TABLE_NAME', 'Batches'],
    ['BatchSenderFunction', 'SUPPRESSIONS_TABLE_NAME', 'Suppressions'],
    ['BatchSenderFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['BatchSenderFunction', 'QUEUE_URL', 'BatchSenderCampaignsQueue'],
    ['BatchSenderFunction', 'DEAD_LETTER_QUEUE_URL', 'BatchSenderCampaignsDeadLetterQueue'],
    ['WebhookReceiverFunction', 'EVENT_QUEUE_URL', 'EventRecorderEventsQueue'],
    ['EventRecorderFunction', 'BATCHES_TABLE_NAME', 'Batches'],
    ['EventRecorderFunction', 'TALLIES_TABLE_NAME', 'Tallies'],
    ['EventRecorderFunction', 'EVENTS_TABLE_NAME', 'Events'],
    ['EventRecorderFunction', 'SUPPRESSIONS_TABLE_NAME', 'Suppressions'],
    ['EventRecorderFunction', 'DEAD_LETTER_QUEUE_URL', 'EventRecorderEventsDeadLetterQueue'],
    ['EventRecorderFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['EventRecorderFunction', 'GUARD_QUEUE_URL', 'CampaignGuardRequestsQueue'],
    ['CampaignGuardFunction', 'BATCHES_TABLE_NAME', 'Batches'],
    ['CampaignGuardFunction', 'TALLIES_TABLE_NAME', 'Tallies'],
    ['CampaignGuardFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['CampaignGuardFunction', 'GUARD_QUEUE_URL', 'CampaignGuardRequestsQueue'],
    ['CampaignGuardFunction', 'DEAD_LETTER_QUEUE_URL', 'CampaignGuardRequestsDeadLetterQueue'],
    ['ControlApiFunction', 'BATCHES_TABLE_NAME', 'Batches'],
    ['ControlApiFunction', 'TALLIES_TABLE_NAME', 'Tallies'],
    ['ControlApiFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['ControlApiFunction', 'SUPPRESSIONS_TABLE_NAME', 'Suppressions'],
    ['ControlApiFunction', 'RELEASE_QUEUE_URL', 'ParkedReleaserReleasesQueue'],
    ['BatchSenderFunction', 'RECONCILE_QUEUE_URL', 'ReconcilerReconciliationsQueue'],
    ['ReconcilerFunction', 'NOTIFICATION_QUEUE_URL', 'NotificationPublisherNotificationsQueue'],
    ['ReconcilerFunction', 'BATCHES_TABLE_NAME', 'Batches'],
    ['ReconcilerFunction', 'TALLIES_TABLE_NAME', 'Tallies'],
    ['ReconcilerFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['ReconcilerFunction', 'RECONCILE_QUEUE_URL', 'ReconcilerReconciliationsQueue'],
    ['ReconcilerFunction', 'EVENT_QUEUE_URL', 'EventRecorderEventsQueue'],
    ['ReconcilerFunction', 'DEAD_LETTER_QUEUE_URL', 'ReconcilerReconciliationsDeadLetterQueue'],
    ['BatchSenderFunction', 'NOTIFICATION_QUEUE_URL', 'NotificationPublisherNotificationsQueue'],
    ['EventRecorderFunction', 'NOTIFICATION_QUEUE_URL', 'NotificationPublisherNotificationsQueue'],
    ['ControlApiFunction', 'NOTIFICATION_QUEUE_URL', 'NotificationPublisherNotificationsQueue'],
    ['ParkedReleaserFunction', 'NOTIFICATION_QUEUE_URL', 'NotificationPublisherNotificationsQueue'],
    ['NotificationPublisherFunction', 'QUEUE_URL', 'NotificationPublisherNotificationsQueue'],
    ['BatchSenderFunction', 'PARKED_BUCKET_NAME', 'Parked'],
    ['ParkedReleaserFunction', 'PARKED_BUCKET_NAME', 'Parked'],
    ['ParkedReleaserFunction', 'BATCHES_TABLE_NAME', 'Batches'],
    ['ParkedReleaserFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['ParkedReleaserFunction', 'CAMPAIGN_QUEUE_URL', 'BatchSenderCampaignsQueue'],
    ['ParkedReleaserFunction', 'RELEASE_QUEUE_URL', 'ParkedReleaserReleasesQueue'],
    ['ParkedReleaserFunction', 'DEAD_LETTER_QUEUE_URL', 'ParkedReleaserReleasesDeadLetterQueue'],
    ['SuppressionSyncerFunction', 'SUPPRESSIONS_TABLE_NAME', 'Suppressions'],
    ['SuppressionSyncerFunction', 'CONTROLS_TABLE_NAME', 'Controls'],
    ['SuppressionSyncerFunction', 'SYNC_QUEUE_URL', 'SuppressionSyncerSyncsQueue'],
    ['SuppressionSyncerFunction', 'DEAD_LETTER_QUEUE_URL', 'SuppressionSyncerSyncsDeadLetterQueue'],
  ])('are pointed at the right thing: %s, %s', (name, variable, target) => {
    expect(nameOf(environmentOf(name)[variable] as Reference)).toBe(target);
  });
});

it('pass on to the functions how to send and how to release', () => {
  const deployment = templatesOf(
    aConfiguration({
      domains: {
        'mg.example.com': {
          ...{ region: 'eu', recipientsPerSecond: 0.5, recipientsPerDay: 5_000 },
          ...{ eventsKeptHours: 120, warmUp: { startsOn: '2026-12-01', curve: [10, 20] } },
        },
      },
      breaker: { windowSeconds: 30, pauseAfterMinutes: 15 },
      release: { batchesPerSecond: 3 },
      ...{ onUnreadableEvents: 'resend', eventsTrustedAfterMinutes: 45 },
      retention: { parkedDays: 60 },
    }),
  );
  const variablesOf = (name: string) =>
    resourcesOf(deployment.service, 'AWS::Lambda::Function').find(
      ([id]) => nameOf({ Ref: id }) === name,
    )![1].Properties.Environment.Variables;

  expect(
    sendBatch
      .pick({
        ...{ DOMAINS: true, BREAKER: true },
        ...{ ON_UNREADABLE_EVENTS: true, EVENTS_TRUSTED_AFTER_MINUTES: true },
      })
      .parse(variablesOf('BatchSenderFunction')),
  ).toEqual({
    DOMAINS: {
      'mg.example.com': {
        ...{ region: 'eu', maxTags: 3, maxScheduleAheadHours: 72, eventsKeptHours: 120 },
        ...{ recipientsPerSecond: 0.5, recipientsPerDay: 5_000 },
        warmUp: { startsOn: '2026-12-01', curve: [10, 20] },
      },
    },
    BREAKER: {
      settings: {
        ...{ windowMs: 30_000, minimumFaults: 10, faultRate: 0.5 },
        ...{ coolDownMs: 30_000, longestCoolDownMs: 900_000 },
      },
      pauseAfterOpenMs: 900_000,
    },
    ...{ ON_UNREADABLE_EVENTS: 'resend', EVENTS_TRUSTED_AFTER_MINUTES: 45 },
  });
  expect(control.pick({ DOMAINS: true }).parse(variablesOf('ControlApiFunction')).DOMAINS).toEqual({
    'mg.example.com': {
      ...{ region: 'eu', recipientsPerSecond: 0.5, recipientsPerDay: 5_000 },
      warmUp: { startsOn: '2026-12-01', curve: [10, 20] },
    },
  });
  expect(variablesOf('ParkedReleaserFunction')).toMatchObject({
    ...{ RELEASE_BATCHES_PER_SECOND: '3', PARKED_DAYS: '60' },
  });
});

it.each([
  ['plain', 16, {}],
  [
    'in a warm-up',
    6,
    { warmUp: { startsOn: '2026-12-01', curve: Array.from({ length: 14 }, () => 20_000) } },
  ],
])(
  'fit into the environment of a function with as many domains as are allowed, %s',
  (_how, count, about) => {
    const names = Array.from({ length: count }, (_, index) => `mg${index + 10}.example.com`);
    const deployment = templatesOf(
      aConfiguration({
        domains: Object.fromEntries(names.map((name) => [name, { region: 'us', ...about }])),
        notifications: { deliveryEvents: true },
      }),
    );
    // The longest URL a queue of this project can get; no other reference is longer. A name is shorter.
    const URL = 'u'.repeat(135);
    const NAME = 'n'.repeat(80);
    const isName = /ExportsOutputRef(Batches|Tallies|Events|Suppressions|Controls|Parked)/;
    const textOf = (value: string | Partial<Reference>): string => {
      if (typeof value === 'string') return value;
      const parts = value['Fn::Join']?.[1];
      if (parts !== undefined) {
        return parts.map((part) => (typeof part === 'string' ? part : NAME)).join('');
      }
      return isName.test(value['Fn::ImportValue'] ?? '') ? NAME : URL;
    };

    for (const [, { Properties }] of resourcesOf(deployment.service, 'AWS::Lambda::Function')) {
      const variables = Object.entries(Properties.Environment.Variables);
      // What Lambda measures, escapes and all.
      const measured = JSON.stringify(
        Object.fromEntries(variables.map(([name, value]) => [name, textOf(value)])),
      );
      expect(Buffer.byteLength(measured)).toBeLessThanOrEqual(4_096);
    }
  },
);

it('let the doctor look at as many domains as are allowed while Mailgun hangs', () => {
  const { service } = templatesOf(aConfiguration());
  const functions = resourcesOf(service, 'AWS::Lambda::Function');
  const [, doctor] = functions.find(([id]) => id.startsWith('DomainDoctorFunction'))!;

  // 16 domains, five calls of 8 s and 10 s of DNS each.
  expect(doctor.Properties.Timeout).toBeGreaterThanOrEqual(16 * 50);
});

it('pass on to the guard how to judge', () => {
  const deployment = templatesOf(
    aConfiguration({ guard: { enabled: false, complaint: { long: { pause: 0.002 } } } }),
  );
  const [, { Properties }] = resourcesOf(deployment.service, 'AWS::Lambda::Function').find(
    ([id]) => nameOf({ Ref: id }) === 'CampaignGuardFunction',
  )!;

  expect(guard.pick({ GUARD: true }).parse(Properties.Environment.Variables).GUARD).toMatchObject({
    enabled: false,
    complaint: { long: { warn: 0.001, pause: 0.002, minimumRecipients: 1_000, minimumEvents: 10 } },
    pausesUntilSuspended: 3,
  });
});

it('look at the campaigns that are watched every minute', () => {
  service.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 minute)',
    State: 'ENABLED',
  });
});

it('sweep parked batches every hour', () => {
  service.hasResourceProperties('AWS::Events::Rule', {
    ScheduleExpression: 'rate(1 hour)',
    State: 'ENABLED',
  });
});

it.each([
  [undefined, ['rate(1 day)']],
  [6, ['rate(6 hours)']],
  [0, []],
])('sync suppressions every %s hours', (syncHours, schedules) => {
  const configuration = aConfiguration({
    ...(syncHours !== undefined && { suppressions: { syncHours } }),
  });
  const rules = resourcesOf(templatesOf(configuration).service, 'AWS::Events::Rule').filter(
    ([id]) => nameOf({ Ref: id }).startsWith('SuppressionSyncer'),
  );

  expect(rules.map(([, { Properties }]) => Properties.ScheduleExpression)).toEqual(schedules);
});

describe('event source mappings', () => {
  it.each(['ParkedReleaser', 'CampaignGuard', 'SuppressionSyncer'])(
    'hand one request at a time to %s',
    (consumer) => {
      expect(mappingOf(`${consumer}Function`).Properties).toMatchObject({
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 2 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
    },
  );

  it('hand the sender one batch at a time, as many at once as configured', () => {
    expect(mappingOf('BatchSenderFunction').Properties).toMatchObject({
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 7 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('gather a thousand events or five seconds of them for the recorder', () => {
    expect(mappingOf('EventRecorderFunction').Properties).toMatchObject({
      BatchSize: 1_000,
      MaximumBatchingWindowInSeconds: 5,
      ScalingConfig: { MaximumConcurrency: 9 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });
});

describe('APIs', () => {
  const routesOf = (api: string) =>
    resourcesOf(service, 'AWS::ApiGatewayV2::Route')
      .map(([, { Properties }]) => Properties)
      .filter(({ ApiId }) => nameOf(ApiId).startsWith(api))
      .map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]);

  it('authorise every route that the control API answers by IAM', () => {
    expect(routesOf('ControlApi').sort()).toEqual(
      [...ROUTE_KEYS].sort().map((route) => [route, 'AWS_IAM']),
    );
  });

  it('take webhook calls from anyone who knows the path, which ends in the GUID of the stack', () => {
    expect(routesOf('WebhookReceiver')).toEqual([
      [{ 'Fn::Join': ['', ['POST /webhooks/mailgun/', STACK_GUID]] }, 'NONE'],
    ]);
  });

  it('hand requests over in payload format 2.0', () => {
    service.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
      PayloadFormatVersion: '2.0',
      IntegrationType: 'AWS_PROXY',
    });
  });

  it('are throttled', () => {
    service.allResourcesProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: {
        ThrottlingRateLimit: Match.anyValue(),
        ThrottlingBurstLimit: Match.anyValue(),
      },
    });
  });

  const logFormatOf = (api: string) => {
    const [, { Properties }] = resourcesOf(service, 'AWS::ApiGatewayV2::Stage').find(([id]) =>
      id.startsWith(api),
    )!;
    return JSON.parse(Properties.AccessLogSettings.Format) as Record<string, string>;
  };

  it.each(['ControlApi', 'WebhookReceiver'])(
    'log no path, query or header of the %s, which may hold an address',
    (api) => {
      const format = logFormatOf(api);

      expect(format).toMatchObject({ requestId: '$context.requestId', status: '$context.status' });
      expect(Object.values(format).join(' ')).not.toMatch(/path|query|header|body|authorizer/i);
    },
  );

  it('log the route of a control call, and not that of a webhook call: its path is a secret', () => {
    expect(logFormatOf('ControlApi')).toHaveProperty('route', '$context.routeKey');
    expect(Object.values(logFormatOf('WebhookReceiver')).join(' ')).not.toMatch(/route|\$default/i);
  });
});

it('keeps every log as long as configured', () => {
  const groups = resourcesOf(service, 'AWS::Logs::LogGroup');

  expect(groups).toHaveLength(13);
  for (const [, { Properties }] of groups) expect(Properties.RetentionInDays).toBe(14);
});

it.each([
  ['Delete', true],
  ['Retain', false],
])('on deletion: logs %s when development is %s', (policy, development) => {
  const deployment = templatesOf(aConfiguration({ development }));

  for (const [, group] of resourcesOf(deployment.service, 'AWS::Logs::LogGroup')) {
    expect(group.DeletionPolicy).toBe(policy);
  }
});

it('takes notifications through TLS only', () => {
  service.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: [
        Match.objectLike({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ],
    }),
  });
});

it('subscribes the configured addresses to notifications', () => {
  const deployment = templatesOf(
    aConfiguration({ notifications: { emails: ['ops@example.com'] } }),
  );

  deployment.service.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  });
  service.resourceCountIs('AWS::SNS::Subscription', 0);
});

it('tells where everything is in its outputs', () => {
  expect(Object.keys(service.findOutputs('*')).sort()).toEqual([
    'AlarmsTopicArn',
    'CampaignDeadLetterQueueUrl',
    'CampaignQueueUrl',
    'ControlApiUrl',
    'ControlsTableName',
    'EventDeadLetterQueueUrl',
    'EventQueueUrl',
    'GuardDeadLetterQueueUrl',
    'GuardQueueUrl',
    'NotificationDeadLetterQueueUrl',
    'NotificationQueueUrl',
    'NotificationsTopicArn',
    'ReconcileDeadLetterQueueUrl',
    'ReconcileQueueUrl',
    'RedrivableQueues',
    'ReleaseDeadLetterQueueUrl',
    'ReleaseQueueUrl',
    'SuppressionSyncDeadLetterQueueUrl',
    'SuppressionSyncQueueUrl',
    'WebhookRegistrationStatus',
    'WebhookUrl',
  ]);
});

it('has no reconciler, and a sender that asks for none, where reconciliation is turned off', () => {
  const off = templatesOf(aConfiguration({ reconciliation: { enabled: false } })).service;

  const names = resourcesOf(off, 'AWS::Lambda::Function').map(([id]) => nameOf({ Ref: id }));
  const [, sender] = resourcesOf(off, 'AWS::Lambda::Function').find(
    ([id]) => nameOf({ Ref: id }) === 'BatchSenderFunction',
  )!;
  expect(names).not.toContain('ReconcilerFunction');
  expect(sender.Properties.Environment.Variables['RECONCILE_QUEUE_URL']).toBe('');
});

it('names the whole URL to register with Mailgun, path included', () => {
  const { Value } = service.findOutputs('WebhookUrl').WebhookUrl as {
    Value: { 'Fn::Join': [string, unknown[]] };
  };

  expect(Value['Fn::Join'][1]).toEqual([
    { 'Fn::GetAtt': [expect.any(String), 'ApiEndpoint'] },
    '/webhooks/mailgun/',
    STACK_GUID,
  ]);
});

describe('the registration of webhooks', () => {
  const [[, registered]] = resourcesOf(service, 'Custom::MailgunWebhooks') as [[string, object]];

  it('asks its function for every kind of event, and waits for it ten minutes at most', () => {
    expect(registered).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: {
        ServiceTimeout: '600',
        Domains: '{"mg.example.com":{"region":"us"}}',
        Events: expect.arrayContaining(['accepted', 'permanent_fail']) as string[],
      },
    });
  });

  it('ends its schedule before it removes anything', () => {
    service.hasResource('AWS::Events::Rule', {
      Properties: { ScheduleExpression: 'rate(1 hour)' },
      DependsOn: [Match.stringLikeRegexp('^WebhookRegistrationRegistered')],
    });
  });

  it('leaves out what the configuration says, and is not there where it is turned off', () => {
    const skipping = templatesOf(aConfiguration({ webhooks: { skippedEvents: ['accepted'] } }));
    const off = templatesOf(
      aConfiguration({ webhooks: { register: false }, doctor: { enabled: false } }),
    );

    expect(JSON.stringify(skipping.service.findResources('Custom::MailgunWebhooks'))).not.toContain(
      '"accepted"',
    );
    off.service.resourceCountIs('Custom::MailgunWebhooks', 0);
    off.service.resourceCountIs('AWS::Lambda::Function', 9);
  });
});

/** JSON with names in it where references are a part of JSON; a URL for any other. */
function textOf(value: Partial<Reference>): string {
  const name = nameOf(value);
  return name.startsWith('{') ? name : `https://${name}`;
}
