import { Aws, Duration, Fn } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Environment } from '../../lambdas/receive-webhook/environment';
import type { Settings } from '../config/settings';
import { entranceOf } from './canary';
import { ServiceFunction, type LogSettings } from './service-function';
import { ThrottledHttpApi } from './throttled-http-api';
import { WebhookDomain } from './webhook-domain';
import { WebhookFirewall } from './webhook-firewall';
import { WebhookRestApi } from './webhook-rest-api';

/** What the receiver works with. */
export interface WebhookReceiverProps {
  /** Receives every authenticated event. */
  readonly eventQueue: IQueue;
  /** Mailgun's webhook signing keys. */
  readonly secret: ISecret;
  /** Which calls are let through, and which signatures are fresh. */
  readonly webhooks: Settings['webhooks'];
  /** How a new version takes over. */
  readonly settings: Pick<Settings, 'rollout' | 'operations'>;
  /** How the function's log and the API's access log are kept. */
  readonly logs: LogSettings;
}

const PATH = '/webhooks/mailgun';

/**
 * The GUID in the stack's id, `arn:…:stack/<name>/<GUID>`: it stays as long as the stack does, and is
 * nowhere outside the account but in the URL that Mailgun is given.
 */
const STACK_GUID = Fn.select(2, Fn.split('/', Aws.STACK_ID));

/**
 * Takes Mailgun's webhook calls, and answers 200 only after the event queue has the event.
 *
 * Defines a public API (the signature in the body authenticates a call) and its function, which
 * may send to the event queue and read the secret, and nothing else: a forged call reaches no store.
 * The API has one path, which nobody can guess: a call to another is answered 404 without the function.
 */
export class WebhookReceiver extends Construct {
  /** The URL to register with Mailgun. */
  readonly url: string;
  /** What a CNAME of the configured domain must point to; `undefined` where none is needed. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, props: WebhookReceiverProps) {
    super(scope, id);

    const environment: Environment = {
      EVENT_QUEUE_URL: props.eventQueue.queueUrl,
      SECRET_ARN: props.secret.secretArn,
      MAX_AGE_SECONDS: String(props.webhooks.maxAgeSeconds),
      MAX_AHEAD_SECONDS: String(props.webhooks.maxAheadSeconds),
      SOURCE_NETWORKS: JSON.stringify(props.webhooks.sourceNetworks),
    };
    const receiver = new ServiceFunction(this, 'Function', {
      folder: 'receive-webhook',
      description: 'Authenticates webhook calls and queues their events',
      timeout: Duration.seconds(15),
      environment,
      logs: props.logs,
    });
    props.eventQueue.grant(receiver, 'sqs:SendMessage');
    receiver.grantSecretValue(props.secret);

    const api = this.defineApi(entranceOf(receiver, 'WebhooksNotTaken', props.settings), props);
    const { domain } = props.webhooks;
    if (domain !== undefined) {
      this.domainTarget = new WebhookDomain(this, 'Domain', { domain, api }).target;
    }
    this.url = `${api.url}${PATH}/${STACK_GUID}`;
  }

  private defineApi(handler: IFunction, { webhooks, logs }: WebhookReceiverProps) {
    const { ingress, requestsPerSecond, sourceNetworks, webAcl } = webhooks;
    const shared = { handler, requestsPerSecond, domainName: webhooks.domain?.name, logs };
    if (ingress === 'http') {
      return new ThrottledHttpApi(this, 'Endpoint', {
        ...shared,
        description: "Mailgun's webhook calls",
        routes: [{ method: HttpMethod.POST, path: PATH, secretSegment: STACK_GUID }],
      });
    }
    // Another id than that of the HTTP API: CloudFormation turns no resource into one of another type.
    const api = new WebhookRestApi(this, 'RestEndpoint', {
      ...shared,
      ...{ path: PATH, secretSegment: STACK_GUID, sourceNetworks },
    });
    if (webAcl !== undefined) {
      const { stageArn } = api;
      new WebhookFirewall(this, 'Firewall', { stageArn, webAcl, requestsPerSecond });
    }
    return api;
  }
}
