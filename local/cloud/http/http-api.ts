import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ApiPlan } from '../template/blueprint';
import { readBody, type RequestHandler } from './http-listener';
import { gatewayResponse, proxyEvent, proxyResponse, type ProxyResponse } from './proxy-payload';
import { RouteTable } from './route-table';

const LARGEST_REQUEST_BYTES = 10 * 1024 * 1024;
const INTEGRATION_TIMEOUT_MS = 30_000;

export interface HttpApiOptions {
  readonly accountId: string;
  /** Runs the function of a route; `undefined` when there is none locally. */
  readonly invoke: (functionArn: string, event: unknown) => Promise<unknown> | undefined;
  /** @default 30000, as API Gateway's */
  readonly integrationTimeoutMs?: number;
}

/** Answers requests to one HTTP API as API Gateway does, with payload format 2.0. */
export function createHttpApi(api: ApiPlan, options: HttpApiOptions): RequestHandler {
  const routes = new RouteTable(api.routes);

  return async (request, response) => {
    const { statusCode, headers, body } = await answer(request, routes, { api, ...options });
    response.writeHead(statusCode, {
      ...(headers as Record<string, string | string[]>),
      'apigw-requestid': randomUUID(),
      'content-length': body.length,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

async function answer(
  request: IncomingMessage,
  routes: RouteTable,
  { api, ...options }: HttpApiOptions & { api: ApiPlan },
): Promise<ProxyResponse> {
  const body = await readBody(request, LARGEST_REQUEST_BYTES);
  if (body === undefined) return gatewayResponse(413, 'Request Entity Too Large');

  const { pathname } = new URL(request.url ?? '/', 'http://local');
  const prefix = stagePrefixOf(pathname, api);
  const matched =
    prefix === undefined
      ? undefined
      : routes.match(request.method ?? 'GET', pathname.slice(prefix.length) || '/');
  if (matched === undefined) return gatewayResponse(404, 'Not Found');

  const event = proxyEvent(
    { request, body, requestId: randomUUID(), receivedAt: new Date() },
    matched,
    { apiId: api.apiId, accountId: options.accountId, stage: prefix?.slice(1) || '$default' },
  );
  return integrate(matched.route.functionArn, event, options);
}

/** The stage a path belongs to: the one its first segment names, or `$default`. */
function stagePrefixOf(path: string, { stagePrefixes }: ApiPlan): string | undefined {
  return (
    stagePrefixes.find((prefix) => prefix !== '' && `${path}/`.startsWith(`${prefix}/`)) ??
    stagePrefixes.find((prefix) => prefix === '')
  );
}

async function integrate(
  functionArn: string,
  event: unknown,
  { invoke, integrationTimeoutMs = INTEGRATION_TIMEOUT_MS }: HttpApiOptions,
): Promise<ProxyResponse> {
  const invocation = invoke(functionArn, event);
  if (invocation === undefined) return gatewayResponse(503, 'Service Unavailable');

  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<ProxyResponse>((resolve) => {
    timer = setTimeout(
      () => resolve(gatewayResponse(503, 'Service Unavailable')),
      integrationTimeoutMs,
    );
  });
  const response = invocation.then(proxyResponse, () =>
    gatewayResponse(500, 'Internal Server Error'),
  );
  try {
    return await Promise.race([response, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
