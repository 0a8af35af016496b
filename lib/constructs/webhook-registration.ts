import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/register-webhooks/environment';
import { WEBHOOK_EVENTS, type Settings } from '../config/settings';
import { ServiceFunction, type LogSettings } from './service-function';

/** What is registered, and what registering works with. */
export interface WebhookRegistrationProps {
  /** Where Mailgun is to post. */
  readonly url: string;
  /** Mailgun's API keys. */
  readonly secret: ISecret;
  /** Remembers what could not be removed yet. */
  readonly controlsTable: ITable;
  /** Which domains and which kinds of events. */
  readonly settings: Pick<Settings, 'domains' | 'webhooks'>;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// Eight seconds a call and two calls a domain where Mailgun hangs; the schedule does the rest.
const TIMEOUT = Duration.minutes(2);

// An event that killed the function is tried twice more by Lambda; then CloudFormation goes on.
const ANSWER_TIMEOUT = Duration.minutes(10);

/**
 * Registers the webhook URL at Mailgun, for every kind of event of every domain: when the stack is
 * deployed, and every hour, for what a deployment could not do because the key was not set or
 * Mailgun was down. Removes it, and no other, when a domain, the URL or the stack goes.
 *
 * Defines a custom resource, a schedule and their function, which may read the secret and note in
 * the controls what is left to be removed. What Mailgun refuses is the resource's status: it never
 * fails a deployment.
 */
export class WebhookRegistration extends Construct {
  /** `registered`, or what is not and why, as of the latest deployment. */
  readonly status: string;

  constructor(scope: Construct, id: string, props: WebhookRegistrationProps) {
    super(scope, id);

    const domains = JSON.stringify(reachedIn(props.settings.domains));
    const { skippedEvents } = props.settings.webhooks;
    const events = WEBHOOK_EVENTS.filter((event) => !skippedEvents.includes(event));
    const environment: Environment = {
      SECRET_ARN: props.secret.secretArn,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      WEBHOOK_URL: props.url,
      WEBHOOK_EVENTS: JSON.stringify(events),
      DOMAINS: domains,
    };
    const registrar = new ServiceFunction(this, 'Function', {
      folder: 'register-webhooks',
      description: 'Registers the webhook URL at Mailgun',
      timeout: TIMEOUT,
      environment,
      logs: props.logs,
    });
    registrar.grantSecretValue(props.secret);
    props.controlsTable.grant(registrar, 'dynamodb:Query', 'dynamodb:UpdateItem');

    const registered = new CustomResource(this, 'Registered', {
      resourceType: 'Custom::MailgunWebhooks',
      serviceToken: registrar.functionArn,
      serviceTimeout: ANSWER_TIMEOUT,
      removalPolicy: RemovalPolicy.DESTROY,
      properties: { Url: props.url, Domains: domains, Events: events },
    });
    this.status = registered.getAttString('Status');

    // Made after the resource and so gone before it: a schedule must not register anew what the
    // deletion of the stack has just removed.
    new Rule(this, 'EveryHour', {
      description: 'Registers what a deployment could not',
      schedule: Schedule.rate(Duration.hours(1)),
      targets: [new LambdaFunction(registrar)],
    }).node.addDependency(registered);
  }
}

/** How each domain is reached; nothing else, so that no other change of a domain registers anew. */
function reachedIn(domains: Settings['domains']) {
  return Object.fromEntries(
    Object.entries(domains).map(([name, { region, apiBaseUrl }]) => [name, { region, apiBaseUrl }]),
  );
}
