import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import {
  METRIC_DIMENSION as WRITTEN_DIMENSION,
  METRIC_NAMESPACE as WRITTEN_NAMESPACE,
} from '../../../lambdas/adapters/powertools/metered-formatter';
import { METRIC_NAMES } from '../../../lambdas/core/metric/measures';
import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../../../lib/constructs/watched-metric';
import { aConfiguration, narrowedWebhooks, resourcesOf, templatesOf } from '../deployment';

/** A metric as an alarm names it. */
interface MetricJson {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface AlarmJson {
  readonly Properties: MetricJson & {
    readonly AlarmDescription: string;
    readonly AlarmActions?: readonly unknown[];
    readonly OKActions?: readonly unknown[];
    readonly Metrics?: readonly {
      readonly Expression?: string;
      readonly MetricStat?: { readonly Metric: MetricJson; readonly Period: number };
    }[];
  };
}

interface RuleJson {
  readonly ScheduleExpression: string;
  readonly Targets: readonly { readonly Arn: { readonly 'Fn::GetAtt': readonly string[] } }[];
}

const { service } = templatesOf(aConfiguration());
const alarmsOf = (template: Template) =>
  Object.entries(template.findResources('AWS::CloudWatch::Alarm') as Record<string, AlarmJson>);
const alarms = alarmsOf(service);
const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8');

/** Anchors of a page, as GitHub makes them of its headings. */
const anchors = new Set(
  [...runbook.matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  ),
);

const metricsOf = ({ Properties }: AlarmJson): MetricJson[] => [
  ...(Properties.MetricName === undefined ? [] : [Properties]),
  ...(Properties.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
];

it('has every alarm in the table of operate.md, those of a REST API too', () => {
  const { service: narrowed } = templatesOf(aConfiguration({ webhooks: narrowedWebhooks }));
  const names = Object.keys(narrowed.findResources('AWS::CloudWatch::Alarm')).map((id) =>
    id
      .replace(/^OperationsAlarms|[0-9A-F]{8}$/g, '')
      .replace(/^\w+(Errors|DeadLetters)$/, '<capability>$1'),
  );
  const operate = readFileSync(join(__dirname, '../../../docs/operate.md'), 'utf8');
  const table = operate
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .join('\n');

  expect(names).toContain('WebhooksTurnedAway');
  for (const name of names) expect(table).toContain(`\`${name}\``);
});

describe('every alarm', () => {
  it.each(alarms)('%s says what it means and where the runbook goes on', (_id, { Properties }) => {
    const [, article] =
      /^[^.]+\. Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription) ?? [];

    expect([...anchors]).toContain(article);
  });

  it('tells one topic of its beginning and its end', () => {
    for (const [, { Properties }] of alarms) {
      expect(Properties.AlarmActions).toHaveLength(1);
      expect(Properties.OKActions).toEqual(Properties.AlarmActions);
    }
  });

  it('counts nothing as good where nothing happens', () => {
    service.allResourcesProperties('AWS::CloudWatch::Alarm', { TreatMissingData: 'notBreaching' });
  });

  it('looks at metrics that a function writes, under the name it writes them', () => {
    const ours = alarms.flatMap(([, alarm]) =>
      metricsOf(alarm).filter(({ Namespace }) => Namespace === METRIC_NAMESPACE),
    );

    expect(ours.length).toBeGreaterThan(5);
    for (const { MetricName = '', Dimensions } of ours) {
      expect([...METRIC_NAMES]).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: METRIC_DIMENSION, Value: expect.anything() as unknown }]);
    }
    expect([METRIC_NAMESPACE, METRIC_DIMENSION]).toEqual([WRITTEN_NAMESPACE, WRITTEN_DIMENSION]);
  });
});

it('watches every function for errors', () => {
  const watched = alarms.flatMap(([, { Properties }]) =>
    Properties.MetricName === 'Errors' ? [Properties.Dimensions?.[0]?.Value] : [],
  );
  const functions = resourcesOf(service, 'AWS::Lambda::Function').map(([id]) => ({ Ref: id }));

  expect(watched).toEqual(expect.arrayContaining(functions));
  expect(watched).toHaveLength(functions.length);
});

it('sees a run of a schedule that failed for good, however long until the next', () => {
  const rules = Object.values(
    service.findResources('AWS::Events::Rule') as Record<string, { Properties: RuleJson }>,
  );
  const seldom = rules.filter(({ Properties }) => /hours?|day/.test(Properties.ScheduleExpression));

  expect(seldom).toHaveLength(4);
  for (const { Properties } of seldom) {
    const [target] = Properties.Targets;
    const [name = ''] = /^[A-Za-z]+(?=Function)/.exec(target?.Arn['Fn::GetAtt'][0] ?? '') ?? [];
    // Lambda makes a run that failed twice more, within minutes.
    expect(alarmNamed(`${name}Errors`).properties).toMatchObject([
      { Period: 3_600, Threshold: 2, EvaluationPeriods: 1 },
    ]);
  }
});

it('watches every dead-letter queue', () => {
  const watched = alarms.flatMap(([, { Properties }]) =>
    Properties.MetricName === 'ApproximateNumberOfMessagesVisible' ? Properties.Dimensions : [],
  );
  const queues = resourcesOf(service, 'AWS::SQS::Queue')
    .filter(([id]) => id.includes('DeadLetterQueue'))
    .map(([id]) => ({ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }));

  expect(watched).toEqual(expect.arrayContaining(queues));
  expect(watched).toHaveLength(queues.length);
});

/** The one alarm of a name, what it looks at, and the function each of its own metrics is counted by. */
function alarmNamed(name: string, of = alarms) {
  const found = of.filter(([id]) => id.startsWith(`OperationsAlarms${name}`));
  const properties = found.map(([, { Properties }]) => Properties);
  const watched = found.flatMap(([, alarm]) => metricsOf(alarm));
  return { properties, watched: watched.map(({ MetricName }) => MetricName), metrics: watched };
}

const expressionOf = (name: string) =>
  alarmNamed(name).properties.flatMap(({ Metrics = [] }) =>
    Metrics.flatMap(({ Expression }) => Expression ?? []),
  );

it.each([
  ['MailgunFaultRate', 10, ['MailgunFaults', 'MailgunCalls'], 0.2],
  ['WebhooksRefused', 50, ['WebhooksRefused', 'Invocations'], 0.5],
  ['WebhooksMissing', 100, ['OutcomesRecovered', 'RecipientsCompared'], 0.05],
  ['RecipientsOutstanding', 100, ['RecipientsOutstanding', 'RecipientsConcluded'], 0.01],
] as const)('%s is a share, of %i or more', (name, atLeast, metrics, Threshold) => {
  const { properties, watched } = alarmNamed(name);

  expect(expressionOf(name)).toEqual([`IF(whole >= ${atLeast}, FILL(part, 0) / whole, 0)`]);
  expect(watched).toEqual(metrics);
  expect(properties).toMatchObject([{ Threshold, ComparisonOperator: 'GreaterThanThreshold' }]);
});

it('calls batches stuck when nobody takes them for an hour, and not because they wait', () => {
  const { properties, watched, metrics } = alarmNamed('BatchesStuck');

  expect(expressionOf('BatchesStuck')).toEqual(['IF(finished < 1, visible, 0)']);
  // Both are there as long as the queue has a message; an age is not that of one received four times.
  expect(watched).toEqual(['ApproximateNumberOfMessagesVisible', 'NumberOfMessagesDeleted']);
  expect(JSON.stringify(metrics)).not.toContain('DeadLetter');
  expect(properties).toMatchObject([{ DatapointsToAlarm: 12, EvaluationPeriods: 12 }]);
});

it.each([
  ['BreakerOpen', 'BreakersOpen', 2, 3],
  ['DomainHeld', 'DomainsHeld', 12, 12],
  ['DomainBlocked', 'DomainsBlocked', 1, 1],
])('%s lasts as long as the guard sees it', (name, metric, DatapointsToAlarm, of) => {
  const { properties, watched, metrics } = alarmNamed(name);

  expect(watched).toEqual([metric]);
  expect(JSON.stringify(metrics)).toContain('CampaignGuardFunction');
  expect(properties).toMatchObject([{ DatapointsToAlarm, EvaluationPeriods: of, Period: 300 }]);
});

it('has no alarm in the place of the composite one of earlier versions', () => {
  // CloudFormation refuses an update that changes the type behind a logical id.
  expect(Object.keys(service.toJSON().Resources as object)).not.toContainEqual(
    expect.stringMatching(/^OperationsAlarmsCampaignsStuck/),
  );
});

it('calls a doubt that only a person can settle as long as looks find it', () => {
  const { properties, watched } = alarmNamed('InDoubt');

  expect(watched).toEqual(['DoubtsLeftToPeople']);
  // Looks are up to 6.6 h apart.
  const rows = { Period: 3_600, Threshold: 0, DatapointsToAlarm: 1, EvaluationPeriods: 8 };
  expect(properties).toMatchObject([rows]);
});

it('tells of batches that fail try after try, and not of one that failed', () => {
  const { properties, watched } = alarmNamed('BatchesFailing');

  expect(watched).toEqual(['BatchesFailing']);
  // A try is half an hour away from the next at most.
  const rows = { Period: 1_800, Threshold: 0, DatapointsToAlarm: 3, EvaluationPeriods: 4 };
  expect(properties).toMatchObject([rows]);
});

it.each([
  ['deliveries are not posted', { webhooks: { skippedEvents: ['delivered'] } }, 0, 1],
  ['nothing is compared', { reconciliation: { enabled: false } }, 0, 0],
  ['only opens are not posted', { webhooks: { skippedEvents: ['opened'] } }, 1, 1],
] as const)('misses no webhooks where %s', (_what, about, missing, outstanding) => {
  const others = alarmsOf(templatesOf(aConfiguration(about)).service);

  expect(alarmNamed('WebhooksMissing', others).properties).toHaveLength(missing);
  expect(alarmNamed('RecipientsOutstanding', others).properties).toHaveLength(outstanding);
});

it('shows a row of widgets in whole columns', () => {
  const body = JSON.stringify(service.findResources('AWS::CloudWatch::Dashboard'));
  const widths = [...body.matchAll(/width\\*":([\d.]+)/g)].map(([, width]) => Number(width));

  expect(widths.length).toBeGreaterThan(10);
  expect(widths.every((width) => Number.isInteger(width))).toBe(true);
});

describe('where it is configured', () => {
  it('mails alarms, has no dashboard, and traces every function', () => {
    const { service: other } = templatesOf(
      aConfiguration({
        operations: {
          emails: ['ops@example.com'],
          runbookUrl: 'https://git.example.com/runbook.md',
          dashboard: false,
          tracing: true,
        },
      }),
    );

    other.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'ops@example.com',
    });
    other.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    other.allResourcesProperties('AWS::Lambda::Function', { TracingConfig: { Mode: 'Active' } });
    other.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: Match.stringLikeRegexp('https://git\\.example\\.com/runbook\\.md#'),
    });
  });

  it('has a dashboard named after its stage unless told otherwise, and no traces', () => {
    service.hasResourceProperties('AWS::CloudWatch::Dashboard', {
      DashboardName: 'campaign-mailgun-test',
    });
    expect(JSON.stringify(service.toJSON())).not.toContain('xray');
  });
});
