import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { MatchedRoute } from './route-table';

export interface ReceivedRequest {
  readonly request: IncomingMessage;
  readonly body: Buffer;
  readonly requestId: string;
  readonly receivedAt: Date;
}

export interface ApiIdentity {
  readonly apiId: string;
  readonly accountId: string;
  readonly stage: string;
}

/** What API Gateway sends on as text; everything else goes in base64, forms and multiparts included. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml))\s*(;.*)?$/i;

/**
 * The event of payload format 2.0.
 *
 * @see Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
export function proxyEvent(
  received: ReceivedRequest,
  { route, pathParameters }: MatchedRoute,
  api: ApiIdentity,
): APIGatewayProxyEventV2 {
  const { request, body } = received;
  const url = new URL(request.url ?? '/', 'http://local');
  const { cookie, ...headers } = combinedHeaders(request);
  const query = combinedQuery(url.searchParams);
  const isText =
    TEXT.test(headers['content-type'] ?? '') && headers['content-encoding'] === undefined;

  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: requestContext(received, { route, pathParameters }, api),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(body.length === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

function requestContext(
  { request, requestId, receivedAt }: ReceivedRequest,
  { route }: MatchedRoute,
  { apiId, accountId, stage }: ApiIdentity,
): APIGatewayProxyEventV2['requestContext'] {
  const domainName = request.headers.host ?? 'localhost';
  const context = {
    accountId,
    apiId,
    domainName,
    domainPrefix: domainName.split('.')[0] ?? domainName,
    http: {
      method: request.method ?? 'GET',
      path: new URL(request.url ?? '/', 'http://local').pathname,
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: route.routeKey,
    stage,
    time: commonLogTime(receivedAt),
    timeEpoch: receivedAt.getTime(),
  };
  return route.authorization === 'AWS_IAM' ? { ...context, ...localCaller(accountId) } : context;
}

/** Whoever calls an `AWS_IAM` route locally: no signature is checked. */
const localCaller = (accountId: string): object => ({
  authorizer: {
    iam: {
      accessKey: 'LOCAL',
      accountId,
      callerId: 'LOCAL',
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: `arn:aws:iam::${accountId}:user/local`,
      userId: 'LOCAL',
    },
  },
});

function combinedHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [
      name,
      values.join(name === 'cookie' ? '; ' : ','),
    ]),
  );
}

function combinedQuery(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]),
  );
}

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(at: Date): string {
  const [, day, month, year, time] = /(\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${day ?? ''}/${month ?? ''}/${year ?? ''}:${time ?? ''} +0000`;
}

/** What goes back over the wire. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

/** A response of API Gateway's own. */
export const gatewayResponse = (statusCode: number, message: string): ProxyResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ message })),
});

/**
 * Reads a function's result: a structured response if it has a `statusCode`, otherwise anything
 * is the JSON body of a 200.
 *
 * @returns a 500 for a structured response that makes no sense. Never throws.
 */
export function proxyResponse(result: unknown): ProxyResponse {
  if (!isStructured(result)) {
    return {
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(typeof result === 'string' ? result : JSON.stringify(result ?? null)),
    };
  }
  const { statusCode, headers = {}, cookies, body = '', isBase64Encoded = false } = result;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body !== 'string') {
    return gatewayResponse(500, 'Internal Server Error');
  }
  return {
    statusCode: status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
      ),
      ...(cookies === undefined ? {} : { 'set-cookie': cookies }),
    },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

const isStructured = (result: unknown): result is APIGatewayProxyStructuredResultV2 =>
  typeof result === 'object' && result !== null && 'statusCode' in result;
