import {
  AccessLogFormat,
  CfnResource,
  EndpointType,
  JsonSchemaType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  Resource,
  ResponseType,
  RestApi,
  SecurityPolicy,
  type CfnRestApi,
  type CfnStage,
  type JsonSchema,
} from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ACCESS_LOG_FIELDS } from './access-log-fields';
import { burstLimit } from './burst-limit';
import type { LogSettings } from './service-function';

/** Where calls are taken, from whom, and how many. */
export interface WebhookRestApiProps {
  /** Answers what is let through. */
  readonly handler: IFunction;
  /** Path below the stage, such as `/webhooks/mailgun`. */
  readonly path: string;
  /** One more segment, which callers must know and logs must not show. */
  readonly secretSegment: string;
  /** Networks that calls are taken from; with none, from everywhere. */
  readonly sourceNetworks: readonly string[];
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

/** What a webhook call is at least. Everything else is the function's to judge. */
const CALL: JsonSchema = {
  type: JsonSchemaType.OBJECT,
  required: ['signature', 'event-data'],
  properties: {
    signature: { type: JsonSchemaType.OBJECT },
    'event-data': { type: JsonSchemaType.OBJECT },
  },
};

/**
 * A REST API that turns webhook calls away before the function runs: those from other networks, to
 * another path, too many, or not of the outer shape. It answers them with a status that Mailgun
 * repeats: only the function says that a call is refused for good.
 *
 * Its access log has the fields of the other APIs, and the kind of answer the gateway gave. It makes
 * no role for API Gateway to write logs by: that belongs to the account, not to a stack.
 */
export class WebhookRestApi extends Construct {
  /** Where the API answers, without a trailing slash. */
  readonly url: string;
  /** What a domain is mapped to. */
  readonly apiId: string;
  /** The only stage; part of the path, but for a domain of the deployer's. */
  readonly stageName: string;
  /** ARN of the stage, for AWS WAF. */
  readonly stageArn: string;
  /** What is measured. */
  readonly api: RestApi;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: WebhookRestApiProps,
  ) {
    super(scope, id);

    this.api = this.defineApi();
    this.answerBriefly();
    this.defineMethod();

    const { stageName, stageArn } = this.api.deploymentStage;
    this.apiId = this.api.restApiId;
    this.stageName = stageName;
    this.stageArn = stageArn;
    this.url =
      props.domainName === undefined
        ? this.api.url.replace(/\/$/, '')
        : `https://${props.domainName}`;
  }

  /** Lets X-Ray trace calls from the API on. */
  trace(): void {
    (this.api.deploymentStage.node.defaultChild as CfnStage).tracingEnabled = true;
  }

  private defineApi(): RestApi {
    const { domainName, requestsPerSecond, logs } = this.props;
    const api = new RestApi(this, 'Api', {
      // The dimension of the API's metrics, so unique in account and region.
      restApiName: this.node.path.replaceAll('/', '-'),
      description: "Mailgun's webhook calls",
      endpointConfiguration: { types: [EndpointType.REGIONAL] },
      disableExecuteApiEndpoint: domainName !== undefined,
      ...(this.props.sourceNetworks.length > 0 && { policy: this.policy() }),
      cloudWatchRole: false,
      deployOptions: {
        stageName: 'live',
        throttlingRateLimit: requestsPerSecond,
        throttlingBurstLimit: burstLimit(requestsPerSecond),
        // Execution logs would hold paths and bodies.
        loggingLevel: MethodLoggingLevel.OFF,
        accessLogDestination: new LogGroupLogDestination(new LogGroup(this, 'AccessLogs', logs)),
        accessLogFormat: AccessLogFormat.custom(
          JSON.stringify({ ...ACCESS_LOG_FIELDS, answeredBy: '$context.error.responseType' }),
        ),
      },
    });
    // An output of its own, under a name nobody knows.
    api.node.tryRemoveChild('Endpoint');
    // Regional REST APIs take TLS 1.0 unless told otherwise, and it is the API's policy, not the
    // domain's, that counts: Amazon API Gateway Developer Guide, "Security policies for REST APIs".
    const cfn = api.node.defaultChild as CfnRestApi;
    cfn.securityPolicy = SecurityPolicy.TLS13_1_2_PQ_2025_09;
    cfn.endpointAccessMode = 'BASIC';
    return api;
  }

  /** Whoever is not allowed is refused. */
  private policy(): PolicyDocument {
    return new PolicyDocument({
      statements: [
        new PolicyStatement({
          principals: [new AnyPrincipal()],
          actions: ['execute-api:Invoke'],
          resources: ['execute-api:/*'],
          conditions: { IpAddress: { 'aws:SourceIp': this.props.sourceNetworks } },
        }),
      ],
    });
  }

  /** API Gateway's own words name the API, the path and a part of the account's number. */
  private answerBriefly(): void {
    const answers = [
      ['OtherPath', ResponseType.MISSING_AUTHENTICATION_TOKEN, '404', 'Not Found'],
      ['OtherNetwork', ResponseType.ACCESS_DENIED, '403', 'Forbidden'],
    ] as const;
    for (const [id, type, statusCode, message] of answers) {
      const templates = { 'application/json': JSON.stringify({ message }) };
      this.api.addGatewayResponse(id, { type, statusCode, templates });
    }
  }

  private defineMethod(): void {
    const { path, secretSegment, handler } = this.props;
    const { api } = this;
    const model = api.addModel('Call', { schema: CALL });
    api.latestDeployment?.addToLogicalId({ model: CALL });

    const parent = api.root.resourceForPath(path);
    // Not `addResource`, which knows no segment that CloudFormation alone knows.
    const { ref } = new CfnResource(this, 'SecretSegment', {
      restApiId: api.restApiId,
      parentId: parent.resourceId,
      pathPart: secretSegment,
    });
    Resource.fromResourceAttributes(this, 'Calls', {
      restApi: api,
      resourceId: ref,
      // Of the permission to invoke the function alone, which is named after it.
      path: `${path}/*`,
    }).addMethod('POST', new LambdaIntegration(handler, { allowTestInvoke: false }), {
      requestValidatorOptions: { validateRequestBody: true, validateRequestParameters: true },
      // Under `application/json` a body of any other type would go through unvalidated: a Lambda proxy
      // integration passes everything through, whatever its passthrough behaviour.
      requestModels: { $default: model },
    });
  }
}
