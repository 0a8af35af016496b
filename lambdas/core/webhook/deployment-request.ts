import { objectOf, textOf, type JsonObject } from '../json';
import { WEBHOOK_EVENTS, type WebhookEvent } from './webhook-registry';

/** A domain, and how Mailgun's is reached. */
export interface ReachedDomain {
  readonly region: 'us' | 'eu';
  /** Instead of the region's. */
  readonly apiBaseUrl?: string | undefined;
}

/** What a deployment wants to be registered at Mailgun. */
export interface DesiredWebhooks {
  readonly url: string;
  readonly domains: Readonly<Record<string, ReachedDomain>>;
  readonly events: readonly WebhookEvent[];
}

/** What CloudFormation asks of a custom resource. */
export interface DeploymentRequest {
  readonly type: 'Create' | 'Update' | 'Delete';
  /** What is to be; `undefined` where it can't be read. */
  readonly desired: DesiredWebhooks | undefined;
  /** What was before an update; `undefined` where there was nothing, or it can't be read. */
  readonly previous: DesiredWebhooks | undefined;
  readonly reply: ReplyAddress;
}

/** Where the answer goes and what it must repeat. */
export interface ReplyAddress {
  /** Carries a signature: never logged. */
  readonly url: string;
  readonly stackId: string;
  readonly requestId: string;
  readonly logicalResourceId: string;
  /** As it is known to CloudFormation, or, for a new resource, as it is to be; never changes. */
  readonly physicalResourceId: string;
}

/**
 * Reads what CloudFormation sends to the function behind a custom resource.
 *
 * @returns `undefined` for anything that can't be answered, such as a schedule's event. Never throws.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html
 */
export function readDeploymentRequest(event: unknown): DeploymentRequest | undefined {
  const fields = objectOf(event);
  const type = fields?.['RequestType'];
  if (fields === undefined || (type !== 'Create' && type !== 'Update' && type !== 'Delete')) {
    return undefined;
  }
  const url = textOf(fields['ResponseURL']);
  if (url === undefined) return undefined;

  const logicalResourceId = textOf(fields['LogicalResourceId']) ?? '';
  return {
    type,
    desired: readDesiredWebhooks(objectOf(fields['ResourceProperties'])),
    previous: readDesiredWebhooks(objectOf(fields['OldResourceProperties'])),
    reply: {
      url,
      stackId: textOf(fields['StackId']) ?? '',
      requestId: textOf(fields['RequestId']) ?? '',
      logicalResourceId,
      physicalResourceId: textOf(fields['PhysicalResourceId']) ?? `webhooks-${logicalResourceId}`,
    },
  };
}

/** Reads the properties of the resource: `Url`, `Domains` as JSON, `Events` as a list. */
function readDesiredWebhooks(properties: JsonObject | undefined): DesiredWebhooks | undefined {
  const url = textOf(properties?.['Url']);
  const domains = readDomains(properties?.['Domains']);
  const events = properties?.['Events'];
  if (url === undefined || domains === undefined || !Array.isArray(events)) return undefined;
  return { url, domains, events: WEBHOOK_EVENTS.filter((event) => events.includes(event)) };
}

function readDomains(text: unknown): DesiredWebhooks['domains'] | undefined {
  if (typeof text !== 'string') return undefined;
  let domains: JsonObject | undefined;
  try {
    domains = objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
  const entries = Object.entries(domains ?? {}).map(([name, value]) => {
    const region = objectOf(value)?.['region'];
    const apiBaseUrl = textOf(objectOf(value)?.['apiBaseUrl']);
    return region === 'us' || region === 'eu'
      ? ([name, { region, ...(apiBaseUrl !== undefined && { apiBaseUrl }) }] as const)
      : undefined;
  });
  const read = entries.filter((entry) => entry !== undefined);
  return domains === undefined || read.length < entries.length
    ? undefined
    : Object.fromEntries(read);
}
