import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/control/environment';
import { domainAllowances } from '../config/domain-allowances';
import type { Settings } from '../config/settings';
import type { NotificationPublisher } from './notification-publisher';
import { ServiceFunction, type LogSettings } from './service-function';
import { ThrottledHttpApi } from './throttled-http-api';

/** A queue whose dead letters can be put back. */
export interface RedrivableQueue {
  readonly queue: IQueue;
  readonly deadLetterQueue: IQueue;
}

/** Queues by the name people know them by, such as `campaigns`. */
export type RedrivableQueues = Readonly<Record<string, RedrivableQueue>>;

/** What the control API answers from. */
export interface ControlApiProps {
  /** Says what was sent. */
  readonly batchesTable: ITable;
  /** Says what came of it. */
  readonly talliesTable: ITable;
  /** Says what must not send, and is told so here. */
  readonly controlsTable: ITable;
  /** Says who must not be mailed, and from what that was removed. */
  readonly suppressionsTable: ITable;
  /** Mailgun's keys and the recipients' pepper. */
  readonly secret: ISecret;
  /** Takes requests to release what is parked. */
  readonly releaseQueue: IQueue;
  /** Queues whose dead letters it puts back. */
  readonly redrivable: RedrivableQueues;
  /** Hears of every change. */
  readonly notifications: NotificationPublisher;
  /** Where the domains live, and what they may send, to show it. */
  readonly settings: Pick<Settings, 'domains' | 'breaker'>;
  /** How the function's log and the API's access log are kept. */
  readonly logs: LogSettings;
}

// API Gateway gives up after 30 s; the function should be the one to say what went wrong.
const TIMEOUT = Duration.seconds(28);

// One whole processor: the figures of 10 million recipients take some 10 s of it.
const MEMORY_SIZE = 1_769;

/** Requests a second: people and dashboards, not traffic. */
const REQUESTS_PER_SECOND = 50;

/** What is asked. */
const READS = [
  '/campaigns/{account}/{campaign}',
  '/campaigns/{account}/{campaign}/recipients/{email}',
  '/campaigns/{account}/{campaign}/history',
  '/accounts/{account}',
  '/accounts/{account}/history',
  '/domains/{domain}',
  '/domains/{domain}/history',
  '/domains/{domain}/suppressions/{email}',
  '/queues/{queue}/history',
];

/** What is changed. */
const CHANGES = [
  '/campaigns/{account}/{campaign}/pause',
  '/campaigns/{account}/{campaign}/resume',
  '/campaigns/{account}/{campaign}/cancel',
  '/campaigns/{account}/{campaign}/doubts',
  '/accounts/{account}/suspend',
  '/accounts/{account}/reinstate',
  '/domains/{domain}/block',
  '/domains/{domain}/unblock',
  '/queues/{queue}/redrive',
];

/** What is removed. */
const REMOVALS = ['/domains/{domain}/suppressions/{email}'];

const reading = (path: string) => ({ method: HttpMethod.GET, path });
const changing = (path: string) => ({ method: HttpMethod.POST, path });
const removing = (path: string) => ({ method: HttpMethod.DELETE, path });

/**
 * Tells people and services of the team how a campaign stands and what became of a recipient, and
 * lets them stop and release campaigns, accounts and domains, and put dead letters back.
 *
 * Defines an HTTP API whose every route takes calls signed by an IAM principal with
 * `execute-api:Invoke`, and its function, which may read the tables, change the controls, remove
 * suppressions here and at Mailgun, and move dead letters. It writes no other record.
 */
export class ControlApi extends Construct {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  private readonly endpoint: ThrottledHttpApi;

  constructor(scope: Construct, id: string, props: ControlApiProps) {
    super(scope, id);

    const control = new ServiceFunction(this, 'Function', {
      folder: 'control',
      description: 'Answers the control API: reports, recipients, standings',
      timeout: TIMEOUT,
      memorySize: MEMORY_SIZE,
      environment: environmentFrom(props),
      logs: props.logs,
    });
    props.batchesTable.grant(control, 'dynamodb:GetItem', 'dynamodb:Query');
    props.talliesTable.grant(control, 'dynamodb:Query');
    props.controlsTable.grant(
      control,
      'dynamodb:BatchGetItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    );
    props.suppressionsTable.grant(control, 'dynamodb:BatchGetItem', 'dynamodb:PutItem');
    props.releaseQueue.grant(control, 'sqs:SendMessage');
    for (const { queue, deadLetterQueue } of Object.values(props.redrivable)) {
      queue.grant(control, 'sqs:SendMessage');
      deadLetterQueue.grant(control, 'sqs:ReceiveMessage', 'sqs:DeleteMessage');
    }
    props.notifications.grantNotify(control);
    control.grantSecretValue(props.secret);

    this.endpoint = new ThrottledHttpApi(this, 'Endpoint', {
      description: 'Reports on campaigns and recipients, and controls what may send',
      handler: control,
      routes: [...READS.map(reading), ...CHANGES.map(changing), ...REMOVALS.map(removing)],
      authorizer: new HttpIamAuthorizer(),
      requestsPerSecond: REQUESTS_PER_SECOND,
      logs: props.logs,
    });
    this.url = this.endpoint.url;
  }

  /** Lets an IAM principal call every route. */
  grantInvoke(caller: IGrantable): Grant {
    return this.endpoint.grantInvoke(caller);
  }
}

function environmentFrom(props: ControlApiProps): Environment {
  return {
    BATCHES_TABLE_NAME: props.batchesTable.tableName,
    TALLIES_TABLE_NAME: props.talliesTable.tableName,
    CONTROLS_TABLE_NAME: props.controlsTable.tableName,
    SUPPRESSIONS_TABLE_NAME: props.suppressionsTable.tableName,
    SECRET_ARN: props.secret.secretArn,
    RELEASE_QUEUE_URL: props.releaseQueue.queueUrl,
    ...props.notifications.environment,
    REDRIVABLE_QUEUES: JSON.stringify(namesOf(props.redrivable)),
    DOMAINS: JSON.stringify(domainAllowances(props.settings.domains)),
    BREAKER: JSON.stringify(props.settings.breaker),
  };
}

function namesOf(redrivable: RedrivableQueues) {
  const names = Object.entries(redrivable).map(([name, { queue, deadLetterQueue }]) => [
    name,
    { queue: queue.queueName, deadLetters: deadLetterQueue.queueName },
  ]);
  return Object.fromEntries(names) as Record<string, unknown>;
}
