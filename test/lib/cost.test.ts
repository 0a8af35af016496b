import type { Template } from 'aws-cdk-lib/assertions';
import { stages } from '../../config/stages';
import type { Configuration } from '../../lib/config/configuration';
import { idleCost, type PricedTemplate } from '../../lib/cost/idle-cost';
import { aConfiguration, narrowedWebhooks, templatesOf } from './deployment';

const MOST_A_MONTH = 6;

const costOf = (...templates: readonly Template[]) =>
  idleCost(templates.map((template) => template.toJSON() as PricedTemplate));

it.each(stages)('costs at most $6 a month while idle: stage $stage', (configuration) => {
  const { state, service } = templatesOf(configuration);
  const { total, unpriced } = costOf(state, service);

  expect(unpriced).toEqual([]);
  expect(total).toBeLessThanOrEqual(MOST_A_MONTH);
});

it('has a price for everything that can stand before the webhook: a web ACL of its own is $7 of it', () => {
  const costWith = (webhooks: Configuration['webhooks']) => {
    const { state, service } = templatesOf(aConfiguration({ ...(webhooks && { webhooks }) }));
    return costOf(state, service);
  };
  const { total, unpriced, lines } = costWith(narrowedWebhooks);

  expect(unpriced).toEqual([]);
  expect(lines.find(({ type }) => type === 'AWS::WAFv2::WebACL')?.cost).toBe(7);
  // The web ACL, and an alarm on two metrics.
  expect(total - costWith(undefined).total).toBeCloseTo(7.2, 6);
});

it('counts the secret, and what every mapping polls for', () => {
  const { state, service } = templatesOf(aConfiguration());
  const costs = new Map(costOf(state, service).lines.map(({ type, cost }) => [type, cost]));

  expect(costs.get('AWS::SecretsManager::Secret')).toBe(0.4);
  const mappings = Object.keys(service.findResources('AWS::Lambda::EventSourceMapping')).length;
  // 5 pollers, 3 long polls a minute, 30 days, $0.40 a million.
  expect(mappings).toBeGreaterThanOrEqual(5);
  expect(costs.get('AWS::Lambda::EventSourceMapping')).toBeCloseTo(mappings * 0.2592, 6);
});

it('counts what a schedule invokes', () => {
  const rule = (ScheduleExpression: string) =>
    idleCost([
      { Resources: { Rule: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression } } } },
    ]).total;

  // $0.20 a million runs, and 1,769 MiB at $0.0000133334 a GB-second: for 0.25 s warm, for 5 s cold.
  expect(rule('rate(1 minute)')).toBeCloseTo(43_200 * (0.2e-6 + 5.758_36e-6), 4);
  expect(rule('rate(1 hour)')).toBeCloseTo(720 * (0.2e-6 + 115.167e-6), 4);
  expect(rule('cron(0 3 * * ? *)')).toBe(rule('rate(1 minute)'));
});

it('counts alarms by their metrics, ten of which cost nothing', () => {
  const metric = (Id: string) => ({ Id, MetricStat: {} });
  const Metrics = [{ Id: 'rate', Expression: 'm1/m2' }, metric('m1'), metric('m2')];
  const ofAlarms = (count: number) =>
    idleCost(
      Array.from({ length: count }, () => ({
        Resources: { Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics } } },
      })),
    ).total;

  expect(ofAlarms(5)).toBe(0);
  expect(ofAlarms(7)).toBeCloseTo(0.4, 6);
});

it('counts the runs of a schedule by the memory of what it invokes', () => {
  const costWith = (MemorySize: number) =>
    idleCost([
      {
        Resources: {
          Function: { Type: 'AWS::Lambda::Function', Properties: { MemorySize } },
          Rule: {
            Type: 'AWS::Events::Rule',
            Properties: {
              ScheduleExpression: 'rate(1 minute)',
              Targets: [{ Arn: { 'Fn::GetAtt': ['Function', 'Arn'] } }],
            },
          },
        },
      },
    ]).total;

  // 43,200 runs of 0.25 s.
  expect(costWith(512) - costWith(256)).toBeCloseTo(43_200 * 0.25 * 0.25 * 0.000_013_333_4, 6);
});

it('names a type that has no price, so that nobody forgets one', () => {
  const { unpriced } = idleCost([{ Resources: { Gateway: { Type: 'AWS::EC2::NatGateway' } } }]);

  expect(unpriced).toEqual(['AWS::EC2::NatGateway']);
});
