import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  Stats,
  TextWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function';
import { countedBy } from './watched-metric';
import type { WebhookRestApi } from './webhook-rest-api';
import type { WorkQueue } from './work-queue';

/** What is shown. */
export interface IncidentDashboardProps {
  /** Unique in the account and region. */
  readonly name: string;
  /** Every alarm. */
  readonly alarms: readonly IAlarm[];
  /** Every function, by the name of its capability. */
  readonly functions: Readonly<Record<string, ServiceFunction>>;
  /** Every queue with its dead letters, by the name of its capability. */
  readonly queues: Readonly<Record<string, WorkQueue>>;
  readonly sender: ServiceFunction;
  readonly receiver: ServiceFunction;
  /** In front of the receiver; `undefined` where an HTTP API is. */
  readonly webhookApi?: WebhookRestApi | undefined;
  readonly recorder: ServiceFunction;
  readonly guard: ServiceFunction;
  /** `undefined` where nothing is compared with Mailgun's events. */
  readonly reconciler: ServiceFunction | undefined;
  /** Where the runbook is read. */
  readonly runbookUrl: string;
}

const A_MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const WIDTH = 24;

/**
 * What a person wants to see in an incident, from the question to the cause: is anything in alarm; does
 * mail go out and what does Mailgun answer; do events come in; what waits where; which function fails.
 */
export class IncidentDashboard extends Construct {
  constructor(scope: Construct, id: string, props: IncidentDashboardProps) {
    super(scope, id);

    new Dashboard(this, 'Dashboard', {
      dashboardName: props.name,
      defaultInterval: Duration.hours(6),
      widgets: [
        [introduction(props)],
        sending(props),
        events(props),
        ...(props.reconciler === undefined ? [] : [comparisons(props.reconciler)]),
        waiting(props.queues),
        functions(props.functions),
      ],
    });
  }
}

function introduction({ alarms, runbookUrl, name }: IncidentDashboardProps): IWidget {
  return alarms.length === 0
    ? new TextWidget({ markdown: `# ${name}\n[Runbook](${runbookUrl})`, width: WIDTH, height: 2 })
    : new AlarmStatusWidget({
        title: `Alarms (runbook: ${runbookUrl})`,
        alarms: [...alarms],
        width: WIDTH,
        height: 4,
      });
}

function sending({ sender, guard }: IncidentDashboardProps): IWidget[] {
  const counted = (...names: string[]) => names.map((name) => countedBy(sender, name, A_MINUTE));
  return row(
    graph('Recipients accepted a minute', counted('RecipientsAccepted')),
    graph(
      'Calls to Mailgun',
      counted('MailgunCalls', 'MailgunFaults', 'MailgunLimits', 'MailgunRefusals'),
    ),
    graph(
      'What keeps domains back',
      ['BreakersOpen', 'DomainsHeld', 'DomainsBlocked', 'DailyBudgetsUsedUp'].map((name) =>
        countedBy(guard, name, A_MINUTE),
      ),
    ),
    graph(
      'Batches that go no further',
      counted('BatchesParked', 'BatchFaults', 'BatchesFailing', 'Doubts', 'DoubtsLeftToPeople'),
    ),
  );
}

function events({ receiver, webhookApi, recorder }: IncidentDashboardProps): IWidget[] {
  return row(
    graph('Webhook calls', [
      receiver.metricInvocations({ period: A_MINUTE, label: 'calls' }),
      countedBy(receiver, 'WebhooksRefused', A_MINUTE),
      countedBy(receiver, 'WebhooksNotTaken', A_MINUTE),
      ...(webhookApi === undefined ? [] : answered(webhookApi)),
    ]),
    graph('Events recorded', [
      countedBy(recorder, 'EventsRecorded', A_MINUTE),
      countedBy(recorder, 'EventsForeign', A_MINUTE),
      countedBy(recorder, 'EventsNotRecorded', A_MINUTE),
    ]),
    graph('Webhook duration, ms', [
      receiver.metricDuration({
        period: FIVE_MINUTES,
        statistic: Stats.percentile(50),
        label: 'p50',
      }),
      receiver.metricDuration({
        period: FIVE_MINUTES,
        statistic: Stats.percentile(99),
        label: 'p99',
      }),
    ]),
  );
}

/** What came to the API, and what was answered with an error there or by the function. */
function answered({ api }: WebhookRestApi): IMetric[] {
  return [
    api.metricCount({ period: A_MINUTE, label: 'calls to the API' }),
    api.metricClientError({ period: A_MINUTE, label: '4xx' }),
    api.metricServerError({ period: A_MINUTE, label: '5xx' }),
  ];
}

function comparisons(reconciler: ServiceFunction): IWidget[] {
  const counted = (...names: string[]) =>
    names.map((name) => countedBy(reconciler, name, FIVE_MINUTES));
  return row(
    graph('Outcomes no webhook brought', counted('RecipientsCompared', 'OutcomesRecovered')),
    graph(
      'Outcomes nobody has after a day',
      counted('RecipientsConcluded', 'RecipientsOutstanding'),
    ),
  );
}

function waiting(queues: IncidentDashboardProps['queues']): IWidget[] {
  const each = (metricOf: (queue: WorkQueue) => IMetric) => Object.values(queues).map(metricOf);
  return row(
    graph(
      'Messages that wait',
      each(({ queue }) => queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES })),
    ),
    graph(
      'Oldest message, s',
      each(({ queue }) => queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES })),
    ),
    graph(
      'Dead letters',
      each(({ deadLetterQueue }) =>
        deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      ),
    ),
  );
}

function functions(all: IncidentDashboardProps['functions']): IWidget[] {
  const each = (metricOf: (fn: ServiceFunction, label: string) => IMetric) =>
    Object.entries(all).map(([label, fn]) => metricOf(fn, label));
  return row(
    graph(
      'Errors',
      each((fn, label) => fn.metricErrors({ period: FIVE_MINUTES, label })),
    ),
    graph(
      'Throttles',
      each((fn, label) => fn.metricThrottles({ period: FIVE_MINUTES, label })),
    ),
    graph(
      'Duration, p99, ms',
      each((fn, label) =>
        fn.metricDuration({ period: FIVE_MINUTES, statistic: Stats.percentile(99), label }),
      ),
    ),
  );
}

const graph = (title: string, left: IMetric[]) => (width: number) =>
  new GraphWidget({ title, left, width, height: 6 });

/** Widgets side by side, sharing the width. */
function row(...widgets: ((width: number) => IWidget)[]): IWidget[] {
  return widgets.map((widget) => widget(WIDTH / widgets.length));
}
