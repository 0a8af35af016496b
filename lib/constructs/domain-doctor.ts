import { Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/check-domains/environment';
import { WEBHOOK_EVENTS, type Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { ServiceFunction, type LogSettings } from './service-function';

/** What the doctor works with. */
export interface DomainDoctorProps {
  /** Where Mailgun is to post. */
  readonly webhookUrl: string;
  /** Mailgun's API keys. */
  readonly secret: ISecret;
  /** Keeps what was found, and says which domain is blocked. */
  readonly controlsTable: ITable;
  /** Takes requests to release what is parked. */
  readonly releaseQueue: IQueue;
  /** Hears of every change. */
  readonly notifications: NotificationPublisher;
  /** Which domains, and how often. */
  readonly settings: Pick<Settings, 'domains' | 'webhooks' | 'doctor'>;
  /** How the function's log is kept. */
  readonly logs: LogSettings;
}

// The most Lambda offers. Where Mailgun hangs, a domain takes five calls of eight seconds and some DNS, and there
// may be 16: a run that is cut off would fail, be made twice more, and call somebody for an outage of Mailgun's.
const TIMEOUT = Duration.minutes(15);

/**
 * Looks at the set-up of every domain at Mailgun and in the DNS on schedule, tells of changes, and
 * blocks a domain that Mailgun does not let send.
 *
 * Defines a schedule and its function, which may read the secret, read and change the controls, ask
 * for releases and notify.
 */
export class DomainDoctor extends Construct {
  constructor(scope: Construct, id: string, props: DomainDoctorProps) {
    super(scope, id);

    const doctor = new ServiceFunction(this, 'Function', {
      folder: 'check-domains',
      description: "Looks at the domains' set-up at Mailgun and in the DNS",
      timeout: TIMEOUT,
      environment: environmentFrom(props),
      logs: props.logs,
    });
    doctor.grantSecretValue(props.secret);
    props.controlsTable.grant(doctor, 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    props.releaseQueue.grant(doctor, 'sqs:SendMessage');
    props.notifications.grantNotify(doctor);

    new Rule(this, 'Schedule', {
      description: 'Looks at the domains',
      schedule: Schedule.rate(Duration.hours(props.settings.doctor.everyHours)),
      targets: [new LambdaFunction(doctor)],
    });
  }
}

function environmentFrom(props: DomainDoctorProps): Environment {
  const { domains, webhooks, doctor } = props.settings;
  const reached = Object.entries(domains).map(
    ([name, { region, apiBaseUrl }]) => [name, { region, apiBaseUrl }] as const,
  );
  const events = WEBHOOK_EVENTS.filter((event) => !webhooks.skippedEvents.includes(event));
  return {
    SECRET_ARN: props.secret.secretArn,
    CONTROLS_TABLE_NAME: props.controlsTable.tableName,
    RELEASE_QUEUE_URL: props.releaseQueue.queueUrl,
    ...props.notifications.environment,
    WEBHOOK_URL: props.webhookUrl,
    WEBHOOK_EVENTS: JSON.stringify(webhooks.register ? events : []),
    DOMAINS: JSON.stringify(Object.fromEntries(reached)),
    BLOCKS: String(doctor.blocks),
  };
}
