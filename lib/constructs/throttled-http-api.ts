import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  type HttpMethod,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ACCESS_LOG_FIELDS } from './access-log-fields';
import { burstLimit } from './burst-limit';
import type { LogSettings } from './service-function';

/** One method of one path. */
export interface ApiRoute {
  readonly method: HttpMethod;
  readonly path: string;

  /**
   * One more segment of the path, which callers must know and logs must not show.
   *
   * @default - none
   */
  readonly secretSegment?: string;
}

/** What tells one API of this project from another. */
export interface ThrottledHttpApiProps {
  /** What the API is for, in the words the console shows. */
  readonly description: string;

  /** Answers every route. */
  readonly handler: IFunction;

  /** Every route the API answers; any other path gets 404 without an invocation. */
  readonly routes: readonly ApiRoute[];

  /**
   * Who may call, on every route.
   *
   * @default - anyone: the handler authenticates the caller itself
   */
  readonly authorizer?: IHttpRouteAuthorizer;

  /** Requests a second let through; the rest get 429. */
  readonly requestsPerSecond: number;

  /**
   * A name of the deployer's that is mapped to the API, which then answers under no other.
   *
   * @default - the name that API Gateway gives
   */
  readonly domainName?: string | undefined;

  /** How the access log is kept. */
  readonly logs: LogSettings;
}

/**
 * An HTTP API as this project defines it: one function behind named routes, a rate limit, and an access
 * log that names routes, never paths (a path may hold an address), and no bodies. Where a route has a
 * secret segment, the log does not name routes either.
 */
export class ThrottledHttpApi extends Construct {
  /** Where the API answers, without a trailing slash. */
  readonly url: string;
  /** What a domain is mapped to. */
  readonly apiId: string;
  /** The only stage, and part of no path. */
  readonly stageName = '$default';
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: ThrottledHttpApiProps) {
    super(scope, id);

    const api = new HttpApi(this, 'Api', {
      // What the console lists it as; names need not be unique.
      apiName: this.node.path.replaceAll('/', '-'),
      description: props.description,
      defaultAuthorizer: props.authorizer,
      createDefaultStage: false,
      ...(props.domainName !== undefined && { disableExecuteApiEndpoint: true }),
    });
    const isSecret = props.routes.some(({ secretSegment }) => secretSegment !== undefined);
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: this.stageName,
      autoDeploy: true,
      throttle: {
        rateLimit: props.requestsPerSecond,
        burstLimit: burstLimit(props.requestsPerSecond),
      },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new LogGroup(this, 'AccessLogs', props.logs)),
        format: AccessLogFormat.custom(
          JSON.stringify(isSecret ? ACCESS_LOG_FIELDS : { ...ACCESS_LOG_FIELDS, ...ROUTE_FIELD }),
        ),
      },
    });
    const integration = new HttpLambdaIntegration('Integration', props.handler);
    for (const { method, path, secretSegment } of props.routes) {
      const whole = secretSegment === undefined ? path : `${path}/${secretSegment}`;
      // Not `addRoutes`, which names the construct after the path: a segment known to CloudFormation
      // alone can't be part of a name.
      new HttpRoute(api, `${method}${path}`, {
        httpApi: api,
        routeKey: HttpRouteKey.with(whole, method),
        integration,
      });
    }
    this.api = api;
    this.apiId = api.apiId;
    this.url = props.domainName === undefined ? api.apiEndpoint : `https://${props.domainName}`;
  }

  /** Lets an IAM principal call every route, where IAM authorizes them. */
  grantInvoke(caller: IGrantable): Grant {
    return Grant.addToPrincipal({
      grantee: caller,
      actions: ['execute-api:Invoke'],
      resourceArns: [this.api.arnForExecuteApi('*', '/*', '$default')],
    });
  }
}

const ROUTE_FIELD = { route: '$context.routeKey' };
