import type { Environment } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct, Dependable, DependencyGroup } from 'constructs';
import { checkConfiguration } from './config/check-configuration';
import type { Configuration } from './config/configuration';
import { ServiceStack } from './stacks/service-stack';
import { StatefulStack } from './stacks/stateful-stack';

/** A deployment's configuration, and where it is deployed to. */
export interface CampaignMailgunProps extends Configuration {
  /**
   * Account and region of both stacks. CloudFormation passes values between stacks of one environment
   * only: give the same as to the stacks that use this one.
   *
   * @default - that of the CDK stage around it, or else wherever the credentials of the deployment lead
   */
  readonly env?: Environment;
}

/**
 * One deployment of campaign-mailgun, in this project's app or in that of a team.
 *
 * Defines two stacks, `campaign-mailgun-<stage>-state` and `campaign-mailgun-<stage>-service`, in its
 * own scope: beside itself, not below, for the ids the CDK makes hold the path of a stack, and a
 * deployment has to keep them when it moves from one app to another. So its own id comes from the
 * stage, and tags and aspects are applied to {@link state} and {@link service}. A dependency on it is
 * one on both.
 *
 * Deployments of different stages live side by side in an app and in an account.
 */
export class CampaignMailgun extends Construct {
  /** What outlives a deployment: tables, parked payloads, secret. */
  readonly state: StatefulStack;
  /** What works on it: queues, functions, APIs, topics. */
  readonly service: ServiceStack;
  /** Takes send requests, as `docs/contract.md` has them. */
  readonly campaignQueue: IQueue;
  /** Hears of what needs a person, as `docs/notifications.md` has it. */
  readonly notifications: ITopic;
  /** Hears of what became of each recipient; `undefined` unless `notifications.deliveryEvents` is set. */
  readonly deliveryEvents: ITopic | undefined;
  /** Hears of alarms that begin and end, in CloudWatch's own format. */
  readonly alarms: ITopic;
  /** Base URL of the control API, without a trailing slash. */
  readonly controlApiUrl: string;

  /** @throws {InvalidConfigurationError} when the configuration cannot be deployed. */
  constructor(scope: Construct, { env, ...configuration }: CampaignMailgunProps) {
    const settings = checkConfiguration(configuration);
    const prefix = `campaign-mailgun-${settings.stage}`;
    super(scope, prefix);

    const deployed = {
      settings,
      ...(env && { env }),
      tags: { application: 'campaign-mailgun', stage: settings.stage },
    };
    const state = new StatefulStack(scope, `${prefix}-state`, {
      ...deployed,
      description: 'Records, suppressions and secrets of campaign-mailgun',
    });
    const service = new ServiceStack(scope, `${prefix}-service`, {
      ...deployed,
      state,
      description: 'Sends e-mail campaigns through Mailgun and accounts for every recipient',
    });
    Dependable.implement(this, Dependable.of(new DependencyGroup(state, service)));

    this.state = state;
    this.service = service;
    this.campaignQueue = service.campaignQueue;
    this.notifications = service.notifications.topic;
    this.deliveryEvents = service.notifications.deliveryEvents;
    this.alarms = service.alarms;
    this.controlApiUrl = service.control.url;
  }

  /**
   * Lets a producer put send requests on the campaign queue, and do nothing else with it. Whoever may
   * can mail any address from the configured domains. Where the queue is encrypted with a key of the
   * configuration, the producer may use that through SQS.
   */
  grantEnqueue(producer: IGrantable): Grant {
    const send = this.campaignQueue.grant(producer, 'sqs:SendMessage');
    const { key } = this.state;
    if (key === undefined) return send;

    const use = Grant.addToPrincipal({
      grantee: producer,
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resourceArns: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `sqs.${this.service.region}.amazonaws.com` },
      },
    });
    return send.combine(use);
  }

  /** Lets an operator call every route of the control API, those that change something included. */
  grantControl(operator: IGrantable): Grant {
    return this.service.control.grantInvoke(operator);
  }
}
