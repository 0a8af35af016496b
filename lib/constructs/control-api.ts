import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/control/environment';
import { ServiceFunction, type LogSettings } from './service-function';
import { ThrottledHttpApi } from './throttled-http-api';

/** What the control API answers from. */
export interface ControlApiProps {
  /** Says what was sent. */
  readonly batchesTable: ITable;
  /** Says what came of it. */
  readonly talliesTable: ITable;
  /** Says what must not send, and is told so here. */
  readonly controlsTable: ITable;
  /** Says who must not be mailed. */
  readonly suppressionsTable: ITable;
  /** The recipients' pepper. */
  readonly secret: ISecret;
  /** Takes requests to release what is parked. */
  readonly releaseQueue: IQueue;
  /** How the function's log and the API's access log are kept. */
  readonly logs: LogSettings;
}

// API Gateway gives up after 30 s; the function should be the one to say what went wrong.
const TIMEOUT = Duration.seconds(28);

// One whole processor: a report over 10 million recipients takes some 9 s of it.
const MEMORY_SIZE = 1_769;

/** Requests a second: people and dashboards, not traffic. */
const REQUESTS_PER_SECOND = 50;

/**
 * Tells people and services of the team how a campaign stands and what became of a recipient, and
 * lets them pause and resume it.
 *
 * Defines an HTTP API whose every route takes calls signed by an IAM principal with
 * `execute-api:Invoke`, and its function, which may read the tables and change the controls only.
 */
export class ControlApi extends Construct {
  /** Base URL, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ControlApiProps) {
    super(scope, id);

    const environment: Environment = {
      BATCHES_TABLE_NAME: props.batchesTable.tableName,
      TALLIES_TABLE_NAME: props.talliesTable.tableName,
      CONTROLS_TABLE_NAME: props.controlsTable.tableName,
      SUPPRESSIONS_TABLE_NAME: props.suppressionsTable.tableName,
      SECRET_ARN: props.secret.secretArn,
      RELEASE_QUEUE_URL: props.releaseQueue.queueUrl,
    };
    const control = new ServiceFunction(this, 'Function', {
      folder: 'control',
      description: 'Answers the control API: reports, recipients, standings',
      timeout: TIMEOUT,
      memorySize: MEMORY_SIZE,
      environment,
      logs: props.logs,
    });
    props.batchesTable.grant(control, 'dynamodb:GetItem', 'dynamodb:Query');
    props.talliesTable.grant(control, 'dynamodb:Query');
    props.controlsTable.grant(control, 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem');
    props.suppressionsTable.grant(control, 'dynamodb:GetItem');
    props.releaseQueue.grant(control, 'sqs:SendMessage');
    control.grantSecretValue(props.secret);

    const { url } = new ThrottledHttpApi(this, 'Endpoint', {
      description: 'Reports on campaigns and recipients, and controls what may send',
      handler: control,
      routes: [
        { method: HttpMethod.GET, path: '/campaigns/{account}/{campaign}' },
        { method: HttpMethod.GET, path: '/campaigns/{account}/{campaign}/recipients/{email}' },
        { method: HttpMethod.POST, path: '/campaigns/{account}/{campaign}/pause' },
        { method: HttpMethod.POST, path: '/campaigns/{account}/{campaign}/resume' },
        { method: HttpMethod.GET, path: '/domains/{domain}' },
        { method: HttpMethod.POST, path: '/domains/{domain}/unblock' },
      ],
      authorizer: new HttpIamAuthorizer(),
      requestsPerSecond: REQUESTS_PER_SECOND,
      logs: props.logs,
    });
    this.url = url;
  }
}
