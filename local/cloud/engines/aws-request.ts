import { LocalCloudError } from '../cloud-error';
import { accessKeyOf } from '../operations/operation-counters';

/** How the local cloud itself calls an engine: as a caller the request is counted for. */
export interface EngineCaller {
  readonly url: string;
  readonly region: string;
  /** Whose request it is; 0 for nobody's. */
  readonly caller: number;
  readonly signal?: AbortSignal;
}

/** An engine refused a request. */
export class EngineRefusalError extends LocalCloudError {
  /** @param code the service's error code, such as `InvalidAttributeValue`. */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Engines check no signature; they read who calls, and from which region. */
const authorization = ({ caller, region }: EngineCaller, service: string): string =>
  `AWS4-HMAC-SHA256 Credential=${accessKeyOf(caller)}/20000101/${region}/${service}/aws4_request, ` +
  'SignedHeaders=host, Signature=local';

/**
 * Calls an action of an AWS JSON service.
 *
 * @param target prefix and action, such as `AmazonSQS.ReceiveMessage`.
 * @throws {EngineRefusalError} when the engine answers with an error.
 */
export async function callJson<T>(
  engine: EngineCaller,
  target: string,
  parameters: object,
): Promise<T> {
  const response = await fetch(engine.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20000101T000000Z',
      authorization: authorization(engine, target.startsWith('AmazonSQS') ? 'sqs' : 'dynamodb'),
    },
    body: JSON.stringify(parameters),
    ...(engine.signal === undefined ? {} : { signal: engine.signal }),
  });
  const answer = (await response.json()) as { __type?: string; message?: string };
  if (response.ok) return answer as T;
  throw new EngineRefusalError(answer.__type ?? 'Unknown', answer.message ?? answer.__type ?? '');
}

/** Calls an action of SNS, which speaks the query protocol. */
export async function callQuery(
  engine: EngineCaller,
  action: string,
  parameters: Record<string, string>,
): Promise<void> {
  const response = await fetch(engine.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: authorization(engine, 'sns'),
    },
    body: new URLSearchParams({ Action: action, ...parameters }),
  });
  const answer = await response.text();
  if (response.ok) return;
  const [code = 'Unknown', message = ''] = [/<Code>([^<]*)/, /<Message>([^<]*)/].map(
    (pattern) => pattern.exec(answer)?.[1],
  );
  throw new EngineRefusalError(code, message);
}

/** Makes an S3 bucket. */
export async function createBucket(engine: EngineCaller, name: string): Promise<void> {
  const response = await fetch(`${engine.url}/${name}`, {
    method: 'PUT',
    headers: { authorization: authorization(engine, 's3') },
  });
  if (response.ok) return;
  const answer = await response.text();
  throw new EngineRefusalError('Unknown', /<Message>([^<]*)/.exec(answer)?.[1] ?? answer);
}
