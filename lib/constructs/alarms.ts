import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Stats,
  TreatMissingData,
  type IAlarm,
  type IMetric,
  type Metric,
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
  /** Looks at every domain once a minute. */
  readonly guard: ServiceFunction;
  /** Whether deliveries and failures are told by webhook; where not, only the reconciler finds them. */
  readonly outcomesByWebhook: boolean;
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
const AN_HOUR = Duration.hours(1);

/**
 * A schedule invokes them hours apart. Lambda makes a run that fails twice more within three minutes, and no alarm on a
 * longer row of failures would ever see it.
 */
const SELDOM = ['DomainDoctor', 'ParkedReleaser', 'SuppressionSyncer', 'WebhookRegistration'];

/**
 * Everything a person is woken for. Each alarm says what it means and links to its article in the
 * runbook, and tells one topic when it begins and when it ends.
 *
 * Waiting is normal here (a limit, a pause, a breaker), so no alarm looks at waiting alone, and one cause
 * calls once: what keeps a batch back has an alarm of its own, and such a batch is neither stuck nor
 * failing. Conditions that must hold together are one expression: CloudWatch bills a composite alarm as
 * five.
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
    this.watchDomains();
    this.watchReconciliation();
  }

  private watchFunctions(): void {
    for (const [name, fn] of Object.entries(this.props.functions)) {
      const isSeldom = SELDOM.includes(name);
      this.define(`${name}Errors`, {
        metric: fn.metricErrors({
          period: isSeldom ? AN_HOUR : FIVE_MINUTES,
          statistic: Stats.SUM,
        }),
        above: 2,
        ...(!isSeldom && { periods: [2, 3] as const }),
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
    this.define('WebhooksRefused', {
      // A number that is a flood on a quiet day is noise in the middle of a campaign.
      metric: share({
        label: 'share of webhook calls refused',
        part: countedBy(receiver, 'WebhooksRefused'),
        whole: receiver.metricInvocations({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        atLeast: 50,
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
    const { reconciler, outcomesByWebhook } = this.props;
    if (reconciler === undefined) return;
    const hourly = (name: string) => countedBy(reconciler, name, AN_HOUR);
    this.define('ReconciliationBehind', {
      metric: countedBy(reconciler, 'PassesBehind'),
      above: 0,
      periods: [2, 3],
      means: "Calls are compared with Mailgun's events hours late",
      article: 'reconciliation-behind',
    });
    this.define('RecipientsOutstanding', {
      metric: share({
        label: 'share of recipients nobody has heard of a day after',
        part: hourly('RecipientsOutstanding'),
        whole: hourly('RecipientsConcluded'),
        atLeast: 100,
      }),
      above: 0.01,
      means: 'Mailgun took mail a day ago and has no outcome of it itself',
      article: 'recipients-outstanding',
    });
    if (!outcomesByWebhook) return;
    this.define('WebhooksMissing', {
      metric: share({
        label: 'share of recipients whose outcome only Mailgun had',
        part: hourly('OutcomesRecovered'),
        whole: hourly('RecipientsCompared'),
        atLeast: 100,
      }),
      above: 0.05,
      means: "Outcomes are in Mailgun's own record that no webhook has brought",
      article: 'webhooks-missing',
    });
  }

  private watchSending(): void {
    const { sender, campaigns } = this.props;
    this.define('InDoubt', {
      // Looks at a doubt are six hours apart at most, and a tenth more; it lasts as long as they find it.
      metric: countedBy(sender, 'DoubtsLeftToPeople', AN_HOUR),
      above: 0,
      periods: [1, 8],
      means: 'Only a person can settle a doubt',
      article: 'in-doubt',
    });
    this.define('MailgunFaultRate', {
      metric: share({
        label: 'share of calls to Mailgun that fail',
        part: countedBy(sender, 'MailgunFaults'),
        whole: countedBy(sender, 'MailgunCalls'),
        atLeast: 10,
      }),
      above: 0.2,
      periods: [2, 3],
      means: 'More than a fifth of the calls to Mailgun fail',
      article: 'mailgun-fault-rate',
    });
    this.define('BatchesFailing', {
      // A batch that fails is tried once in half an hour at least.
      metric: countedBy(sender, 'BatchesFailing', Duration.minutes(30)),
      above: 0,
      periods: [3, 4],
      means: 'Batches fail try after try, for over an hour',
      article: 'batches-failing',
    });
    const { queue } = campaigns;
    // Its id must not be `CampaignsStuck`, a composite alarm of earlier versions: CloudFormation changes no resource's type.
    this.define('BatchesStuck', {
      // A batch that waits for a limit, a breaker or a doubt is hidden, so only what nobody takes is visible.
      metric: new MathExpression({
        label: 'batches that nobody takes while none is finished',
        expression: 'IF(finished < 1, visible, 0)',
        usingMetrics: {
          visible: queue.metricApproximateNumberOfMessagesVisible({
            period: FIVE_MINUTES,
            statistic: Stats.MINIMUM,
          }),
          finished: queue.metricNumberOfMessagesDeleted({
            period: FIVE_MINUTES,
            statistic: Stats.SUM,
          }),
        },
        period: FIVE_MINUTES,
      }),
      above: 0,
      periods: [12, 12],
      means: 'For an hour, nobody has taken the batches that are on the queue',
      article: 'batches-stuck',
    });
  }

  /** What the guard sees every minute, for as long as it lasts: a lost notification changes nothing. */
  private watchDomains(): void {
    const { guard } = this.props;
    this.define('BreakerOpen', {
      metric: countedBy(guard, 'BreakersOpen'),
      above: 0,
      periods: [2, 3],
      means: 'Calls to Mailgun fail, and are not made any more',
      article: 'breaker-open',
    });
    this.define('DomainHeld', {
      metric: countedBy(guard, 'DomainsHeld'),
      above: 0,
      periods: [12, 12],
      means: 'Mailgun has limited a domain for an hour',
      article: 'domain-held',
    });
    this.define('DomainBlocked', {
      metric: countedBy(guard, 'DomainsBlocked'),
      above: 0,
      means: 'A domain can not send until it is unblocked',
      article: 'domain-blocked',
    });
  }

  /** An alarm that tells when it begins and when it ends. */
  private define(id: string, { metric, above, periods, means, article }: AlarmDefinition): void {
    const [datapointsToAlarm, evaluationPeriods] = periods ?? [1, 1];
    const alarm = new Alarm(this, id, {
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm,
      evaluationPeriods,
      // Nothing is counted where nothing happens.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${means}. Runbook: ${this.props.runbookUrl}#${article}`,
    });
    const action = new SnsAction(this.props.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.all.push(alarm);
  }
}

/** A part of a whole, 0 to 1; 0 as long as the whole is so small that a share of it says nothing. */
function share({
  label,
  part,
  whole,
  atLeast,
}: {
  readonly label: string;
  readonly part: Metric;
  readonly whole: Metric;
  readonly atLeast: number;
}): MathExpression {
  return new MathExpression({
    label,
    expression: `IF(whole >= ${atLeast}, FILL(part, 0) / whole, 0)`,
    usingMetrics: { part, whole },
    period: whole.period,
  });
}
