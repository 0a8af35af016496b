import {
  AspectPriority,
  Aspects,
  CfnOutput,
  CrossStackReferences,
  ReferenceStrength,
  RemovalPolicy,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Settings } from '../config/settings';
import { BatchSender } from '../constructs/batch-sender';
import { CampaignGuard } from '../constructs/campaign-guard';
import { ControlApi, type RedrivableQueue, type RedrivableQueues } from '../constructs/control-api';
import { DomainDoctor } from '../constructs/domain-doctor';
import { EncryptedWith } from '../constructs/encrypted-with';
import { EventRecorder } from '../constructs/event-recorder';
import { NotificationPublisher } from '../constructs/notification-publisher';
import { Operations } from '../constructs/operations';
import { ParkedReleaser } from '../constructs/parked-releaser';
import { Reconciler } from '../constructs/reconciler';
import type { LogSettings } from '../constructs/service-function';
import { WebhookRegistration } from '../constructs/webhook-registration';
import { SuppressionSyncer } from '../constructs/suppression-syncer';
import { WebhookReceiver } from '../constructs/webhook-receiver';
import { useOwnFeatureFlags } from './feature-flags';
import type { StatefulStack } from './stateful-stack';

/** What differs between stages, and the stage's state. */
export interface ServiceStackProps extends StackProps {
  /** The checked configuration. */
  readonly settings: Settings;
  /** What the service reads and writes. */
  readonly state: StatefulStack;
}

/** Everything that works: queues, functions, APIs, notifications. Records live in `StatefulStack`. */
export class ServiceStack extends Stack {
  /** Where producers put send requests. */
  readonly campaignQueue: IQueue;
  /** What tells people and teams. */
  readonly notifications: NotificationPublisher;
  /** What people and services ask and command. */
  readonly control: ControlApi;
  /** Hears of alarms. */
  readonly alarms: ITopic;
  private readonly settings: Settings;
  private readonly state: StatefulStack;
  private readonly logs: LogSettings;

  constructor(scope: Construct, id: string, { settings, state, ...props }: ServiceStackProps) {
    super(scope, id, props);
    useOwnFeatureFlags(this);
    // CloudFormation then refuses to delete a table from under the functions that use it.
    CrossStackReferences.of(this).consume(ReferenceStrength.STRONG);

    if (state.key !== undefined) {
      const encrypted = new EncryptedWith(state.key);
      Aspects.of(this).add(encrypted, { priority: AspectPriority.MUTATING });
    }

    this.settings = settings;
    this.state = state;
    this.logs = {
      retention: settings.retention.logDays,
      removalPolicy: settings.development ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    };
    this.notifications = this.defineNotifications();
    const { receiver, guard, ...events } = this.defineEvents();
    const reconciliations = settings.reconciliation.enabled
      ? this.defineReconciliation(events.queue)
      : undefined;
    const { campaigns, releases } = this.defineSending(reconciliations?.queue);
    this.campaignQueue = campaigns.queue;
    if (settings.webhooks.register) this.defineRegistration(receiver);
    if (settings.doctor.enabled) this.defineDoctor(receiver.url, releases.queue);
    const suppressions = this.defineSuppressions();
    const notifications = this.notifications;
    this.control = this.defineControl(releases.queue, {
      ...{ campaigns, releases, events, notifications, guard, suppressions },
      ...(reconciliations && { reconciliations }),
    });
    this.alarms = this.defineOperations();
  }

  private defineNotifications(): NotificationPublisher {
    // Encrypted where all is, and not by itself: notifications name ids, counts and rates, never a person.
    const topic = new Topic(this, 'Notifications', { enforceSSL: true });
    for (const email of this.settings.notifications.emails) {
      topic.addSubscription(new EmailSubscription(email));
    }
    const publisher = new NotificationPublisher(this, 'NotificationPublisher', {
      notifications: topic,
      deliveryEvents: this.defineDeliveryEvents(),
      logs: this.logs,
    });
    const { queue, deadLetterQueue } = publisher;
    new CfnOutput(this, 'NotificationsTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'NotificationQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'NotificationDeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
    return publisher;
  }

  /** A topic of its own: whoever listens to what needs a person is not flooded. */
  private defineDeliveryEvents(): Topic | undefined {
    if (this.settings.notifications.deliveryEvents === false) return undefined;

    const topic = new Topic(this, 'DeliveryEvents', { enforceSSL: true });
    new CfnOutput(this, 'DeliveryEventsTopicArn', { value: topic.topicArn });
    return topic;
  }

  private defineReconciliation(eventQueue: IQueue): RedrivableQueue {
    const { settings, state, logs, notifications } = this;
    const { queue, deadLetterQueue } = new Reconciler(this, 'Reconciler', {
      batchesTable: state.batchesTable,
      talliesTable: state.talliesTable,
      controlsTable: state.controlsTable,
      eventQueue,
      secret: state.secret,
      notifications,
      settings,
      logs,
    });
    new CfnOutput(this, 'ReconcileQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'ReconcileDeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
    return { queue, deadLetterQueue };
  }

  private defineSending(
    reconcileQueue: IQueue | undefined,
  ): Readonly<Record<'campaigns' | 'releases', RedrivableQueue>> {
    const { settings, state, logs, notifications } = this;
    const campaigns = new BatchSender(this, 'BatchSender', {
      batchesTable: state.batchesTable,
      suppressionsTable: state.suppressionsTable,
      controlsTable: state.controlsTable,
      parkedBucket: state.parkedBucket,
      ...(reconcileQueue !== undefined && { reconcileQueue }),
      secret: state.secret,
      notifications,
      settings,
      logs,
    });
    const releases = new ParkedReleaser(this, 'ParkedReleaser', {
      parkedBucket: state.parkedBucket,
      campaignQueue: campaigns.queue,
      batchesTable: state.batchesTable,
      controlsTable: state.controlsTable,
      notifications,
      settings,
      logs,
    });
    new CfnOutput(this, 'CampaignQueueUrl', { value: campaigns.queue.queueUrl });
    new CfnOutput(this, 'CampaignDeadLetterQueueUrl', {
      value: campaigns.deadLetterQueue.queueUrl,
    });
    new CfnOutput(this, 'ReleaseQueueUrl', { value: releases.queue.queueUrl });
    new CfnOutput(this, 'ReleaseDeadLetterQueueUrl', { value: releases.deadLetterQueue.queueUrl });
    return { campaigns, releases };
  }

  private defineEvents(): RedrivableQueue & {
    readonly receiver: WebhookReceiver;
    readonly guard: RedrivableQueue;
  } {
    const { settings, state, logs, notifications } = this;
    const guard = this.defineGuard();
    const { queue, deadLetterQueue } = new EventRecorder(this, 'EventRecorder', {
      batchesTable: state.batchesTable,
      talliesTable: state.talliesTable,
      eventsTable: state.eventsTable,
      suppressionsTable: state.suppressionsTable,
      controlsTable: state.controlsTable,
      guardQueue: guard.queue,
      secret: state.secret,
      notifications,
      deliveryEvents: settings.notifications.deliveryEvents,
      machineWithinSeconds: settings.events.machineWithinSeconds,
      eventsDays: settings.retention.eventsDays,
      recordsDays: settings.retention.recordsDays,
      maxConcurrency: settings.concurrency.recorder,
      logs,
    });
    const receiver = new WebhookReceiver(this, 'WebhookReceiver', {
      eventQueue: queue,
      secret: state.secret,
      webhooks: settings.webhooks,
      settings,
      logs,
    });
    new CfnOutput(this, 'EventQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'EventDeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
    new CfnOutput(this, 'WebhookUrl', { value: receiver.url });
    if (receiver.domainTarget !== undefined) {
      new CfnOutput(this, 'WebhookDomainTarget', { value: receiver.domainTarget });
    }
    return { queue, deadLetterQueue, receiver, guard };
  }

  private defineRegistration(receiver: WebhookReceiver): void {
    const registration = new WebhookRegistration(this, 'WebhookRegistration', {
      url: receiver.url,
      secret: this.state.secret,
      controlsTable: this.state.controlsTable,
      settings: this.settings,
      logs: this.logs,
    });
    // A URL under a domain refers to nothing that must be there before Mailgun calls it.
    if (this.settings.webhooks.domain !== undefined) registration.node.addDependency(receiver);
    new CfnOutput(this, 'WebhookRegistrationStatus', { value: registration.status });
  }

  private defineDoctor(webhookUrl: string, releaseQueue: IQueue): void {
    new DomainDoctor(this, 'DomainDoctor', {
      ...{ webhookUrl, releaseQueue, notifications: this.notifications },
      secret: this.state.secret,
      controlsTable: this.state.controlsTable,
      settings: this.settings,
      logs: this.logs,
    });
  }

  private defineGuard(): CampaignGuard {
    const { settings, state, logs, notifications } = this;
    const guard = new CampaignGuard(this, 'CampaignGuard', {
      batchesTable: state.batchesTable,
      talliesTable: state.talliesTable,
      controlsTable: state.controlsTable,
      notifications,
      settings,
      logs,
    });
    new CfnOutput(this, 'GuardQueueUrl', { value: guard.queue.queueUrl });
    new CfnOutput(this, 'GuardDeadLetterQueueUrl', { value: guard.deadLetterQueue.queueUrl });
    return guard;
  }

  private defineSuppressions(): RedrivableQueue {
    const { settings, state, logs, notifications } = this;
    const { queue, deadLetterQueue } = new SuppressionSyncer(this, 'SuppressionSyncer', {
      suppressionsTable: state.suppressionsTable,
      controlsTable: state.controlsTable,
      secret: state.secret,
      ...{ notifications, settings, logs },
    });
    new CfnOutput(this, 'SuppressionSyncQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'SuppressionSyncDeadLetterQueueUrl', { value: deadLetterQueue.queueUrl });
    return { queue, deadLetterQueue };
  }

  /** @param redrivable every queue with a dead-letter queue, by the name people know it by. */
  private defineControl(releaseQueue: IQueue, redrivable: RedrivableQueues): ControlApi {
    const { state, logs, settings, notifications } = this;
    const control = new ControlApi(this, 'ControlApi', {
      batchesTable: state.batchesTable,
      talliesTable: state.talliesTable,
      controlsTable: state.controlsTable,
      suppressionsTable: state.suppressionsTable,
      secret: state.secret,
      releaseQueue,
      redrivable,
      notifications,
      settings,
      logs,
    });
    new CfnOutput(this, 'ControlApiUrl', { value: control.url });
    new CfnOutput(this, 'ControlsTableName', { value: state.controlsTable.tableName });
    new CfnOutput(this, 'RedrivableQueues', { value: JSON.stringify(urlsOf(redrivable)) });
    return control;
  }

  private defineOperations(): ITopic {
    const { operations, webhooks, stage } = this.settings;
    const { topic } = new Operations(this, 'Operations', {
      watched: this,
      operations,
      skippedEvents: webhooks.skippedEvents,
      dashboardName: `campaign-mailgun-${stage}`,
    });
    new CfnOutput(this, 'AlarmsTopicArn', { value: topic.topicArn });
    return topic;
  }
}

/** What `npm run redrive` finds the queues by. */
function urlsOf(redrivable: RedrivableQueues) {
  const urls = Object.entries(redrivable).map(([name, { queue, deadLetterQueue }]) => [
    name,
    { queue: queue.queueUrl, deadLetters: deadLetterQueue.queueUrl },
  ]);
  return Object.fromEntries(urls) as Record<string, unknown>;
}
