import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  MathExpression,
  Stats,
  TreatMissingData,
  type IAlarm,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function';
import { countedBy } from './watched-metric';
import type { WebhookRestApi } from './webhook-rest-api';
import type { WorkQueue } from './work-queue';

/** What is watched. */
export interface AlarmsProps {
  /** Every function, by the name of its capability. */
  readonly functions: Readonly<Record<string, ServiceFunction>>;
  /** Every queue with its dead letters, by the name of its capability. */
  readonly queues: Readonly<Record<string, WorkQueue>>;
  /** Takes webhook calls. */
  readonly receiver: ServiceFunction;
  /** Turns webhook calls away before the receiver; `undefined` where an HTTP API is in front of it. */
  readonly webhookApi?: WebhookRestApi | undefined;
  /** Sends batches. */
  readonly sender: ServiceFunction;
  /** Compares with Mailgun's events; `undefined` where nothing does. */
  readonly reconciler?: ServiceFunction | undefined;
  /** Batches that wait to be sent. */
  readonly campaigns: WorkQueue;
  /** Events that wait to be recorded. */
  readonly events: WorkQueue;
  /** Hears of every alarm, and of its end. */
  readonly topic: ITopic;
  /** Where the runbook is read: its articles are anchors behind this. */
  readonly runbookUrl: string;
}

/** One alarm on one metric. */
interface AlarmDefinition {
  readonly metric: IMetric;
  /** Alarms when the metric is greater than this. */
  readonly above: number;
  /** What it means, in one sentence. */
  readonly means: string;
  /** Anchor of its article in the runbook. */
  readonly article: string;
  /**
   * How many periods of the last so many must be above.
   *
   * @default [1, 1]
   */
  readonly periods?: readonly [above: number, of: number];
}

const FIVE_MINUTES = Duration.minutes(5);

/**
 * Everything a person is woken for. Each alarm says what it means and links to its article in the
 * runbook, and tells one topic when it begins and when it ends.
 *
 * Waiting is normal here (a limit, a pause, a breaker), so no alarm looks at waiting alone: batches are
 * stuck only when they are old, nothing is accepted, and nothing that is known keeps them back.
 */
export class Alarms extends Construct {
  /** All of them, for a dashboard. */
  readonly all: IAlarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    this.watchFunctions();
    this.watchQueues();
    this.watchWebhooks();
    this.watchTurnedAway();
    this.watchSending();
    this.watchReconciliation();
  }

  private watchFunctions(): void {
    for (const [name, fn] of Object.entries(this.props.functions)) {
      this.define(`${name}Errors`, {
        metric: fn.metricErrors({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        above: 2,
        periods: [2, 3],
        means: `${name}: invocations fail`,
        article: 'function-errors',
      });
    }
    // Only where nobody but the caller would try again; a queue's consumer is invoked later.
    this.define('WebhookReceiverThrottles', {
      metric: this.props.receiver.metricThrottles({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      above: 0,
      periods: [2, 3],
      means: 'Webhook calls are turned away for want of concurrency',
      article: 'function-throttled',
    });
  }

  private watchQueues(): void {
    for (const [name, { deadLetterQueue }] of Object.entries(this.props.queues)) {
      this.define(`${name}DeadLetters`, {
        metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({
          period: FIVE_MINUTES,
          statistic: Stats.MAXIMUM,
        }),
        above: 0,
        means: `${name}: messages were given up on`,
        article: 'dead-letter',
      });
    }
    this.define('EventsBehind', {
      metric: this.props.events.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
      above: 30 * 60,
      means: 'The oldest event has waited for half an hour to be recorded',
      article: 'events-behind',
    });
  }

  private watchWebhooks(): void {
    const { receiver } = this.props;
    const calls = receiver.metricInvocations({ period: FIVE_MINUTES, statistic: Stats.SUM });
    const refused = countedBy(receiver, 'WebhooksRefused');
    this.define('WebhooksRefused', {
      // A share: a number that is a flood on a quiet day is noise in the middle of a campaign.
      metric: new MathExpression({
        label: 'share of webhook calls refused',
        expression: 'IF(calls > 50, FILL(refused, 0) / calls, 0)',
        usingMetrics: { calls, refused },
        period: FIVE_MINUTES,
      }),
      above: 0.5,
      periods: [2, 3],
      means: 'More than half of the webhook calls are refused',
      article: 'forged-calls',
    });
    this.define('WebhooksNotTaken', {
      metric: countedBy(receiver, 'WebhooksNotTaken'),
      above: 5,
      periods: [2, 3],
      means: 'Webhook calls can not be judged or queued, and are left to be repeated',
      article: 'webhooks-not-taken',
    });
  }

  /** What a REST API turns away no function sees, counts or logs. */
  private watchTurnedAway(): void {
    const { receiver, webhookApi } = this.props;
    if (webhookApi === undefined) return;
    const calls = webhookApi.api.metricCount({ period: FIVE_MINUTES });
    const taken = receiver.metricInvocations({ period: FIVE_MINUTES, statistic: Stats.SUM });
    this.define('WebhooksTurnedAway', {
      metric: new MathExpression({
        label: 'share of webhook calls that do not reach the function',
        expression: 'IF(calls > 50, (calls - FILL(taken, 0)) / calls, 0)',
        usingMetrics: { calls, taken },
        period: FIVE_MINUTES,
      }),
      above: 0.5,
      periods: [2, 3],
      means: 'More than half of the webhook calls are turned away before the function',
      article: 'webhooks-turned-away',
    });
  }

  private watchReconciliation(): void {
    if (this.props.reconciler === undefined) return;
    this.define('ReconciliationBehind', {
      metric: countedBy(this.props.reconciler, 'PassesBehind'),
      above: 0,
      periods: [2, 3],
      means: "Calls are compared with Mailgun's events hours late",
      article: 'reconciliation-behind',
    });
  }

  private watchSending(): void {
    const { sender } = this.props;
    const told = (id: string, metricName: string, means: string, article: string) =>
      this.define(id, { metric: countedBy(sender, metricName), above: 0, means, article });
    const breaker = told('BreakerOpen', 'BreakerOpened', 'Calls to Mailgun fail', 'breaker-open');
    const held = told('DomainHeld', 'DomainHeld', 'Mailgun limits a domain', 'domain-held');
    const blocked = told(
      'DomainBlocked',
      'DomainBlocked',
      'A domain can not send',
      'domain-blocked',
    );
    told('InDoubt', 'BatchInDoubt', 'Only a person can settle a doubt', 'in-doubt');
    const calls = countedBy(sender, 'MailgunCalls');
    const faults = countedBy(sender, 'MailgunFaults');
    this.define('MailgunFaultRate', {
      metric: new MathExpression({
        label: 'share of calls to Mailgun that fail',
        expression: 'IF(calls >= 10, FILL(faults, 0) / calls, 0)',
        usingMetrics: { calls, faults },
        period: FIVE_MINUTES,
      }),
      above: 0.2,
      periods: [2, 3],
      means: 'More than a fifth of the calls to Mailgun fail',
      article: 'mailgun-fault-rate',
    });
    this.watchForStuckCampaigns([breaker, held, blocked]);
  }

  private watchForStuckCampaigns(explained: readonly IAlarm[]): void {
    const { campaigns, sender } = this.props;
    const old = this.silent('BatchesOld', {
      metric: campaigns.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
      above: 3_600,
      means: 'The oldest batch has waited for an hour',
      article: 'campaigns-stuck',
    });
    // In alarm whenever nothing is sent, which is why it tells nobody by itself.
    const idle = new Alarm(this, 'NothingAccepted', {
      metric: countedBy(sender, 'RecipientsAccepted', Duration.hours(1)),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: this.described(
        'Mailgun has accepted nobody for an hour',
        'campaigns-stuck',
      ),
    });
    const stuck = new CompositeAlarm(this, 'CampaignsStuck', {
      alarmRule: AlarmRule.allOf(
        AlarmRule.fromAlarm(old, AlarmState.ALARM),
        AlarmRule.fromAlarm(idle, AlarmState.ALARM),
        AlarmRule.not(
          AlarmRule.anyOf(
            ...explained.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM)),
          ),
        ),
      ),
      alarmDescription: this.described(
        'Batches wait, nothing is sent, and nothing that is known explains it',
        'campaigns-stuck',
      ),
    });
    this.tell(stuck);
  }

  /** An alarm that tells. */
  private define(id: string, definition: AlarmDefinition): Alarm {
    const alarm = this.silent(id, definition);
    this.tell(alarm);
    return alarm;
  }

  /** An alarm that only others look at. */
  private silent(id: string, { metric, above, periods, means, article }: AlarmDefinition): Alarm {
    const [datapointsToAlarm, evaluationPeriods] = periods ?? [1, 1];
    return new Alarm(this, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm,
      evaluationPeriods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: this.described(means, article),
    });
  }

  private described(means: string, article: string): string {
    return `${means}. Runbook: ${this.props.runbookUrl}#${article}`;
  }

  private tell(alarm: Alarm | CompositeAlarm): void {
    const action = new SnsAction(this.props.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.all.push(alarm);
  }
}
