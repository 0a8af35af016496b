import type { CfnResource } from 'aws-cdk-lib';
import { CfnAlarm, CfnCompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { createApp, explainingMisuse } from '../../lib/app';
import { CampaignMailgun } from '../../lib/campaign-mailgun';

/**
 * A deployment whose Mailgun is a simulator: `-c stage=… -c mailgunUrl=…`. Everything but the
 * configuration is what `bin/campaign-mailgun.ts` deploys.
 */
explainingMisuse(() => {
  const app = createApp();
  const context = (name: string) => String(app.node.tryGetContext(name));
  const { service } = new CampaignMailgun(app, {
    stage: context('stage'),
    development: true,
    domains: { 'mg.example.com': { region: 'us', apiBaseUrl: context('mailgunUrl') } },
    // The readers of the simulator are quick.
    events: { machineWithinSeconds: 0 },
  });
  for (const alarm of service.node.findAll()) {
    // An earlier version, which is deployed with this file as well, has one.
    if (alarm instanceof CfnCompositeAlarm) makePlain(alarm, 'AlarmRule');
    if (alarm instanceof CfnAlarm && alarm.metrics !== undefined) makePlain(alarm, 'Metrics');
  }
});

/** MiniStack knows neither composite alarms nor metric math: a plain alarm stands in, under the same name. */
function makePlain(alarm: CfnResource, property: 'AlarmRule' | 'Metrics'): void {
  const plain = { Namespace: 'None', MetricName: 'None', Statistic: 'Sum', Period: 300 };
  const rule = { Threshold: 0, ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1 };
  alarm.addOverride('Type', 'AWS::CloudWatch::Alarm');
  alarm.addPropertyDeletionOverride(property);
  alarm.addPropertyDeletionOverride('DatapointsToAlarm');
  for (const [name, value] of Object.entries({ ...plain, ...rule })) {
    alarm.addPropertyOverride(name, value);
  }
}
