import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import {
  METRIC_DIMENSION as WRITTEN_DIMENSION,
  METRIC_NAMESPACE as WRITTEN_NAMESPACE,
} from '../../../lambdas/adapters/powertools/metered-formatter';
import { METRIC_NAMES, metricOfType } from '../../../lambdas/core/metric/measures';
import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../../../lib/constructs/watched-metric';
import { aConfiguration, resourcesOf, templatesOf } from '../deployment';

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
    readonly AlarmRule?: unknown;
    readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: MetricJson } }[];
  };
}

const { service } = templatesOf(aConfiguration());
const simple = Object.entries(
  service.findResources('AWS::CloudWatch::Alarm') as Record<string, AlarmJson>,
);
const composite = Object.entries(
  service.findResources('AWS::CloudWatch::CompositeAlarm') as Record<string, AlarmJson>,
);
const alarms = [...simple, ...composite];
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

describe('every alarm', () => {
  it.each(alarms)('%s says what it means and where the runbook goes on', (_id, { Properties }) => {
    const [, article] =
      /^[^.]+\. Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(Properties.AlarmDescription) ?? [];

    expect([...anchors]).toContain(article);
  });

  it('tells one topic of its beginning and its end, but for those that only another looks at', () => {
    const silent = alarms.filter(([, { Properties }]) => Properties.AlarmActions === undefined);

    expect(silent.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
      'OperationsAlarmsBatchesOld',
      'OperationsAlarmsNothingAccepted',
    ]);
    for (const [, { Properties }] of alarms) {
      expect(Properties.OKActions).toEqual(Properties.AlarmActions);
    }
  });

  it('looks at metrics that a function writes, under the name it writes them', () => {
    const types = ['breaker.opened', 'domain.held', 'domain.blocked', 'batch.inDoubt'];
    const written = new Set([...METRIC_NAMES, ...types.map(metricOfType)]);

    const ours = alarms.flatMap(([, alarm]) =>
      metricsOf(alarm).filter(({ Namespace }) => Namespace === METRIC_NAMESPACE),
    );

    expect(ours.length).toBeGreaterThan(5);
    for (const { MetricName = '', Dimensions } of ours) {
      expect([...written]).toContain(MetricName);
      expect(Dimensions).toEqual([{ Name: METRIC_DIMENSION, Value: expect.anything() as unknown }]);
    }
    expect([METRIC_NAMESPACE, METRIC_DIMENSION]).toEqual([WRITTEN_NAMESPACE, WRITTEN_DIMENSION]);
  });
});

it('watches every function for errors', () => {
  const watched = simple.flatMap(([, { Properties }]) =>
    Properties.MetricName === 'Errors' ? [Properties.Dimensions?.[0]?.Value] : [],
  );
  const functions = resourcesOf(service, 'AWS::Lambda::Function').map(([id]) => ({ Ref: id }));

  expect(watched).toEqual(expect.arrayContaining(functions));
  expect(watched).toHaveLength(functions.length);
});

it('watches every dead-letter queue', () => {
  const watched = simple.flatMap(([, { Properties }]) =>
    Properties.MetricName === 'ApproximateNumberOfMessagesVisible' ? Properties.Dimensions : [],
  );
  const queues = resourcesOf(service, 'AWS::SQS::Queue')
    .filter(([id]) => id.includes('DeadLetterQueue'))
    .map(([id]) => ({ Name: 'QueueName', Value: { 'Fn::GetAtt': [id, 'QueueName'] } }));

  expect(watched).toEqual(expect.arrayContaining(queues));
  expect(watched).toHaveLength(queues.length);
});

it('calls campaigns stuck only when nothing that is known keeps them back', () => {
  const rule = JSON.stringify(composite.map(([, { Properties }]) => Properties.AlarmRule));

  expect(rule).toMatch(
    /BatchesOld.* AND .*NothingAccepted.* AND .*NOT .*BreakerOpen.* OR .*DomainHeld.* OR .*DomainBlocked/,
  );
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
