import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Settings } from '../config/settings';
import { Alarms } from './alarms';
import { IncidentDashboard } from './incident-dashboard';
import { ServiceFunction } from './service-function';
import { WebhookRestApi } from './webhook-rest-api';
import { WorkQueue } from './work-queue';

/** Kinds of events that tell what became of a recipient. */
const OUTCOME_EVENTS: OperationsProps['skippedEvents'] = ['delivered', 'permanent_fail'];

/** How a deployment is watched. */
export interface OperationsProps {
  /** Everything below it is watched: no function and no queue can be forgotten. */
  readonly watched: Construct;
  /** Who is told, and what is shown. */
  readonly operations: Settings['operations'];
  /** Kinds of events that no webhook brings. */
  readonly skippedEvents: Settings['webhooks']['skippedEvents'];
  /** Name of the dashboard: unique in the account and region. */
  readonly dashboardName: string;
}

/**
 * Watches every function and every queue of a service.
 *
 * Defines the alarms, the topic they tell (CloudWatch may publish to it, and nobody else), and, where
 * it is wanted, a dashboard.
 */
export class Operations extends Construct {
  /** Hears of alarms that begin and end, in CloudWatch's own format. */
  readonly topic: ITopic;

  constructor(scope: Construct, id: string, props: OperationsProps) {
    super(scope, id);

    const functions = functionsBelow(props.watched);
    const queues = queuesBelow(props.watched);
    const sender = required(functions, 'BatchSender');
    const receiver = required(functions, 'WebhookReceiver');
    const recorder = required(functions, 'EventRecorder');
    const webhookApi = props.watched.node.findAll().find((it) => it instanceof WebhookRestApi);
    const guard = required(functions, 'CampaignGuard');
    const { emails, runbookUrl, dashboard, tracing } = props.operations;

    if (tracing) {
      for (const fn of Object.values(functions)) fn.trace();
      webhookApi?.trace();
    }
    this.topic = this.defineTopic(emails);
    const { all: alarms } = new Alarms(this, 'Alarms', {
      ...{ functions, queues, sender, receiver, webhookApi, guard, runbookUrl },
      topic: this.topic,
      reconciler: functions['Reconciler'],
      outcomesByWebhook: !props.skippedEvents.some((event) => OUTCOME_EVENTS.includes(event)),
      campaigns: required(queues, 'BatchSender'),
      events: required(queues, 'EventRecorder'),
    });
    if (dashboard) {
      const name = props.dashboardName;
      const parts = { functions, queues, sender, receiver, webhookApi, recorder, guard, alarms };
      const reconciler = functions['Reconciler'];
      new IncidentDashboard(this, 'Dashboard', { name, runbookUrl, ...parts, reconciler });
    }
  }

  private defineTopic(emails: readonly string[]): ITopic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A topic with a policy of its own has lost the default one, by which CloudWatch may publish.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: {
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }
}

/** Every function below a construct, by the name of the capability it belongs to. */
function functionsBelow(scope: Construct): Record<string, ServiceFunction> {
  return byCapability(scope.node.findAll().filter((found) => found instanceof ServiceFunction));
}

/** Every queue with its dead letters below a construct, by the name of the capability it belongs to. */
function queuesBelow(scope: Construct): Record<string, WorkQueue> {
  return byCapability(scope.node.findAll().filter((found) => found instanceof WorkQueue));
}

function byCapability<T extends Construct>(found: readonly T[]): Record<string, T> {
  const named: Record<string, T> = {};
  for (const construct of found) {
    const capability = construct.node.scope?.node.id ?? construct.node.id;
    // The first of a capability has its name, a further one also its own.
    named[capability in named ? `${capability}${construct.node.id}` : capability] = construct;
  }
  return named;
}

function required<T>(named: Readonly<Record<string, T>>, capability: string): T {
  const found = named[capability];
  if (found === undefined) {
    throw new Error(
      `nothing to watch: expected ${capability}, found ${Object.keys(named).join(', ')}`,
    );
  }
  return found;
}
