import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { METRIC_NAMES } from '../../../lambdas/core/metric/measures';
import { idleCost } from '../../../lib/cost/idle-cost';
import { aConfiguration, nameOf, resourcesOf, templatesOf, type Reference } from '../deployment';

const plain = templatesOf(aConfiguration()).service;
const { service } = templatesOf(aConfiguration({ rollout: { canaryMinutes: 5 } }));

const TRIED = ['BatchSenderFunction', 'WebhookReceiverFunction'];
const ONLY_WITH_CANARY = [
  ...['AWS::Lambda::Alias', 'AWS::Lambda::Version'],
  ...['AWS::CodeDeploy::Application', 'AWS::CodeDeploy::DeploymentGroup'],
];

/** Names within what a template refers to, wherever they are in it. */
const referredIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"([A-Za-z0-9]+)"/g)].map(
    ([, id = '']) => nameOf({ Ref: id }),
  );

interface AlarmJson {
  readonly Properties: {
    readonly AlarmDescription: string;
    readonly AlarmActions?: unknown;
    readonly EvaluationPeriods: number;
    readonly DatapointsToAlarm: number;
    readonly Threshold: number;
    readonly TreatMissingData: string;
    readonly Metrics: readonly {
      readonly Expression?: string;
      readonly MetricStat?: {
        readonly Period: number;
        readonly Metric: {
          readonly Namespace: string;
          readonly MetricName: string;
          readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
        };
      };
    }[];
  };
}

const alarms = Object.entries(
  service.findResources('AWS::CloudWatch::Alarm') as Record<string, AlarmJson>,
).filter(([id]) => id.includes('Canary'));

const alarmOf = (name: string) => {
  const [, { Properties }] = alarms.find(([id]) => nameOf({ Ref: id }) === name)!;
  return Properties;
};

const metricsOf = ({ Metrics }: AlarmJson['Properties']) =>
  Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat]));

it.each(ONLY_WITH_CANARY)('defines no %s unless a canary is asked for', (type) => {
  plain.resourceCountIs(type, 0);
  service.resourceCountIs(type, 2);
});

describe('a canary', () => {
  it('has callers of sender and receiver invoke the alias of a version that stays', () => {
    const aliases = resourcesOf(service, 'AWS::Lambda::Alias');

    expect(aliases.map(([, { Properties }]) => nameOf(Properties.FunctionName)).sort()).toEqual(
      TRIED,
    );
    service.allResourcesProperties('AWS::Lambda::Alias', { Name: 'live' });
    service.allResources('AWS::Lambda::Version', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('hands batches to the alias, and to nothing else, as they were handed to the function', () => {
    const mappingsOfSender = resourcesOf(service, 'AWS::Lambda::EventSourceMapping').filter(
      ([id]) => id.startsWith('BatchSender'),
    );
    const [[, mapping]] = mappingsOfSender as [(typeof mappingsOfSender)[number]];
    const [[, before]] = resourcesOf(plain, 'AWS::Lambda::EventSourceMapping').filter(([id]) =>
      id.startsWith('BatchSender'),
    ) as typeof mappingsOfSender & [(typeof mappingsOfSender)[number]];

    expect(mappingsOfSender).toHaveLength(1);
    expect(referredIn(mapping.Properties.FunctionName)).toEqual(['BatchSenderFunctionCanaryAlias']);
    expect(JSON.stringify(mapping.Properties.FunctionName)).toContain(':live');
    expect({ ...mapping.Properties, FunctionName: '' }).toEqual({
      ...before.Properties,
      FunctionName: '',
    });
  });

  it('hands webhook calls to the alias, which API Gateway may invoke for its route', () => {
    const alias = { Ref: Match.stringLikeRegexp('^WebhookReceiverFunctionCanaryAlias') };

    service.hasResourceProperties('AWS::ApiGatewayV2::Integration', { IntegrationUri: alias });
    service.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: alias,
      Principal: 'apigateway.amazonaws.com',
    });
    const others = resourcesOf(service, 'AWS::Lambda::Permission').filter(
      ([, { Properties }]) => nameOf(Properties.FunctionName) === 'WebhookReceiverFunction',
    );
    expect(others).toEqual([]);
  });

  it.each([5, 10, 15, 30] as const)('of %i minutes gives a tenth for as long', (canaryMinutes) => {
    templatesOf(aConfiguration({ rollout: { canaryMinutes } })).service.allResourcesProperties(
      'AWS::CodeDeploy::DeploymentGroup',
      { DeploymentConfigName: `CodeDeployDefault.LambdaCanary10Percent${canaryMinutes}Minutes` },
    );
  });

  it.each(TRIED)('of %s ends upon its two alarms, which look at the version before it', (name) => {
    const own = ['Faults', 'VersionErrors'].map((alarm) => `${name}Canary${alarm}`);
    const [[, group]] = Object.entries(
      service.findResources('AWS::CodeDeploy::DeploymentGroup'),
    ).filter(([id]) => id.startsWith(name)) as [[string, { Properties: Record<string, unknown> }]];
    const [[, alias]] = Object.entries(service.findResources('AWS::Lambda::Alias')).filter(([id]) =>
      id.startsWith(name),
    ) as [[string, { DependsOn: string[]; UpdatePolicy: unknown }]];

    expect(referredIn(group.Properties['AlarmConfiguration']).sort()).toEqual(own);
    expect(group.Properties['AutoRollbackConfiguration']).toEqual({
      Enabled: true,
      Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
    });
    expect(alias.DependsOn.map((id) => nameOf({ Ref: id })).sort()).toEqual(own);
    expect(referredIn(alias.UpdatePolicy)).toEqual([
      `${name}CanaryDeploymentsApplication`,
      `${name}CanaryDeployments`,
    ]);
  });
});

describe('its alarms', () => {
  it.each(TRIED)(
    'take one error of the new version of %s for enough, below a hundred calls',
    (name) => {
      const { Threshold, ...alarm } = alarmOf(`${name}CanaryVersionErrors`);

      for (const { Metric } of metricsOf({ Threshold, ...alarm })) {
        expect(Metric.Namespace).toBe('AWS/Lambda');
        expect(Metric.Dimensions.map(({ Name, Value }) => [Name, referredIn(Value)])).toEqual([
          ['ExecutedVersion', [expect.stringMatching(`^${name}CurrentVersion`)]],
          ['FunctionName', [name]],
          ['Resource', [name]],
        ]);
        expect(JSON.stringify(Metric.Dimensions[2]?.Value)).toContain(':live');
      }
      expect(1 / 99).toBeGreaterThan(Threshold);
      expect(1 / 101).toBeLessThan(Threshold);
    },
  );

  it.each([
    ['BatchSenderFunction', 'BatchFaults'],
    ['WebhookReceiverFunction', 'WebhooksNotTaken'],
  ])('see of %s what Lambda counts as no error: %s', (name, counted) => {
    const alarm = alarmOf(`${name}CanaryFaults`);

    expect(metricsOf(alarm).map(({ Metric }) => Metric.MetricName)).toEqual([
      counted,
      'Invocations',
    ]);
    expect([...METRIC_NAMES]).toContain(counted);
    // A version that fails with everything has a tenth of the calls.
    expect(alarm.Threshold).toBeLessThan(0.1);
  });

  it.each(alarms)(
    '%s is no alarm without a failure, and sees one that is told late',
    (_id, alarm) => {
      const { Metrics, TreatMissingData, EvaluationPeriods, DatapointsToAlarm } = alarm.Properties;

      expect(Metrics.map(({ Expression }) => Expression)).toContain('failed / FILL(calls, 1)');
      expect([TreatMissingData, EvaluationPeriods, DatapointsToAlarm]).toEqual([
        'notBreaching',
        3,
        1,
      ]);
      expect(metricsOf(alarm.Properties).map(({ Period }) => Period)).toEqual([60, 60]);
    },
  );

  it.each(alarms)('%s wakes nobody, and says where the runbook goes on', (_id, { Properties }) => {
    const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');

    expect(Properties).not.toHaveProperty('AlarmActions');
    expect(Properties.AlarmDescription).toMatch(/^[^.]+\. Runbook: docs\/runbook\.md#rolled-back$/);
    expect(runbook).toContain('\n## Rolled back\n');
  });

  it('cost what two metrics each cost, and nothing else costs more', () => {
    const costOf = (template: typeof service) => idleCost([template.toJSON()]);

    expect(alarms).toHaveLength(4);
    expect(costOf(service).unpriced).toEqual([]);
    expect(costOf(service).total - costOf(plain).total).toBeCloseTo(0.8, 6);
  });
});

describe('roles', () => {
  interface PolicyJson {
    readonly Properties: {
      readonly Roles: readonly Reference[];
      readonly PolicyDocument: {
        readonly Statement: readonly {
          readonly Action: string | string[];
          readonly Resource: unknown;
        }[];
      };
    };
  }
  const statementsIn = (template: typeof service) =>
    Object.fromEntries(
      Object.values(template.findResources('AWS::IAM::Policy') as Record<string, PolicyJson>).map(
        ({ Properties }) => [nameOf(Properties.Roles[0]!), Properties.PolicyDocument.Statement],
      ),
    );

  it.each(TRIED)('the one that shifts calls of %s moves its alias and reads alarms', (name) => {
    const statements = statementsIn(service)[`${name}CanaryRole`]!;

    expect(
      statements.map(({ Action, Resource }) => [
        Action,
        JSON.stringify(Resource),
        referredIn(Resource),
      ]),
    ).toEqual([
      [
        ['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'],
        expect.stringContaining('":live"'),
        [name, name],
      ],
      ['cloudwatch:DescribeAlarms', '"*"', []],
    ]);
    service.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [Match.objectLike({ Principal: { Service: 'codedeploy.amazonaws.com' } })],
      },
      ManagedPolicyArns: Match.absent(),
    });
  });

  it('are no others, and of none has a permission changed', () => {
    const { BatchSenderFunctionCanaryRole, WebhookReceiverFunctionCanaryRole, ...others } =
      statementsIn(service);

    expect([BatchSenderFunctionCanaryRole, WebhookReceiverFunctionCanaryRole]).not.toContain(
      undefined,
    );
    expect(others).toEqual(statementsIn(plain));
    for (const [, { Properties }] of resourcesOf(service, 'AWS::IAM::Role')) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });
});
