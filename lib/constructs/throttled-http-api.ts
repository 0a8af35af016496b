import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  type HttpMethod,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { LogSettings, ServiceFunction } from './service-function';

/** What tells one API of this project from another. */
export interface ThrottledHttpApiProps {
  /** What the API is for, in the words the console shows. */
  readonly description: string;

  /** Answers every route. */
  readonly handler: ServiceFunction;

  /** Every route the API answers; any other path gets 404 without an invocation. */
  readonly routes: readonly { readonly method: HttpMethod; readonly path: string }[];

  /**
   * Who may call, on every route.
   *
   * @default - anyone: the handler authenticates the caller itself
   */
  readonly authorizer?: IHttpRouteAuthorizer;

  /** Requests a second let through; the rest get 429. */
  readonly requestsPerSecond: number;

  /** How the access log is kept. */
  readonly logs: LogSettings;
}

/**
 * An HTTP API as this project defines it: one function behind named routes, a rate limit, and an access
 * log that names routes, never paths (a path may hold an address), and no bodies.
 */
export class ThrottledHttpApi extends Construct {
  /** Where the API answers, without a trailing slash. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: ThrottledHttpApiProps) {
    super(scope, id);

    const api = new HttpApi(this, 'Api', {
      // What the console lists it as; names need not be unique.
      apiName: this.node.path.replaceAll('/', '-'),
      description: props.description,
      defaultAuthorizer: props.authorizer,
      createDefaultStage: false,
    });
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: {
        rateLimit: props.requestsPerSecond,
        burstLimit: Math.min(props.requestsPerSecond, MAX_BURST),
      },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new LogGroup(this, 'AccessLogs', props.logs)),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    const integration = new HttpLambdaIntegration('Integration', props.handler);
    for (const { method, path } of props.routes) {
      api.addRoutes({ path, methods: [method], integration });
    }
    this.url = api.apiEndpoint;
  }
}

/** Requests API Gateway takes in one burst from an account. */
const MAX_BURST = 5_000;

const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  requestedAt: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  caller: '$context.identity.userArn',
  sourceIp: '$context.identity.sourceIp',
  responseLatencyMs: '$context.responseLatency',
  integrationLatencyMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
};
