import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { faultOf, MailerError } from '../core/errors';
import type { Log } from '../core/log';
import {
  answerAccount,
  answerAccountHistory,
  answerReinstate,
  answerSuspend,
} from './account-routes';
import {
  answerCampaignHistory,
  answerCancel,
  answerDoubts,
  answerPause,
  answerResume,
} from './campaign-routes';
import { answerBlock, answerDomain, answerDomainHistory, answerUnblock } from './domain-routes';
import { answerQueueHistory, answerRedrive, type RedriveDependencies } from './redrive-route';
import { answerRecipient, answerReport, type ReportDependencies } from './report-routes';
import { problem, RequestProblem, type ControlRequest, type ControlResponse } from './request';
import { answerTo, type RouteKey, type Routes } from './router';
import type { StandingDependencies } from './standing-dependencies';
import {
  answerRemoval,
  answerSuppression,
  type SuppressionDependencies,
} from './suppression-routes';

/** What the control API is made of. */
export type ControlDependencies = ReportDependencies &
  StandingDependencies &
  RedriveDependencies &
  SuppressionDependencies;

type Answering = (
  dependencies: ControlDependencies,
  request: ControlRequest,
) => Promise<ControlResponse>;

const ANSWERS: Readonly<Record<RouteKey, Answering>> = {
  'GET /campaigns/{account}/{campaign}': answerReport,
  'GET /campaigns/{account}/{campaign}/recipients/{email}': answerRecipient,
  'GET /campaigns/{account}/{campaign}/history': answerCampaignHistory,
  'POST /campaigns/{account}/{campaign}/pause': answerPause,
  'POST /campaigns/{account}/{campaign}/resume': answerResume,
  'POST /campaigns/{account}/{campaign}/cancel': answerCancel,
  'POST /campaigns/{account}/{campaign}/doubts': answerDoubts,
  'GET /accounts/{account}': answerAccount,
  'GET /accounts/{account}/history': answerAccountHistory,
  'POST /accounts/{account}/suspend': answerSuspend,
  'POST /accounts/{account}/reinstate': answerReinstate,
  'GET /domains/{domain}': answerDomain,
  'GET /domains/{domain}/history': answerDomainHistory,
  'POST /domains/{domain}/block': answerBlock,
  'POST /domains/{domain}/unblock': answerUnblock,
  'GET /domains/{domain}/suppressions/{email}': answerSuppression,
  'DELETE /domains/{domain}/suppressions/{email}': answerRemoval,
  'GET /queues/{queue}/history': answerQueueHistory,
  'POST /queues/{queue}/redrive': answerRedrive,
};

/** Every route of the API, for what deploys and documents it. */
export const ROUTE_KEYS = Object.keys(ANSWERS) as readonly RouteKey[];

const RETRY_AFTER_SECONDS = 2;

/**
 * Answers the control API: HTTP API events of payload format 2.0. Never rejects: every fault
 * becomes a response.
 *
 * Who may call is decided before, by IAM.
 */
export function createControlHandler(dependencies: ControlDependencies) {
  const routes = routesOf(dependencies);
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      const { method, path } = event.requestContext.http;
      const answer = answerTo(routes, { routeKey: event.routeKey, method, path });
      return await answer(requestIn(event));
    } catch (error) {
      return answerFault(error, event.routeKey, dependencies.log);
    }
  };
}

function routesOf(dependencies: ControlDependencies): Routes {
  return Object.fromEntries(
    Object.entries(ANSWERS).map(([routeKey, answer]) => [
      routeKey,
      (request: ControlRequest) => answer(dependencies, request),
    ]),
  );
}

function requestIn({
  pathParameters,
  queryStringParameters,
  body,
  isBase64Encoded,
}: APIGatewayProxyEventV2): ControlRequest {
  const parameters = Object.entries(pathParameters ?? {}).map(([name, value = '']) => [
    name,
    decoded(value),
  ]);
  return {
    parameters: Object.fromEntries(parameters) as Record<string, string>,
    query: queryStringParameters ?? {},
    body: isBase64Encoded && body ? Buffer.from(body, 'base64').toString() : body,
  };
}

// API Gateway decodes a path itself, other gateways do not. Decoding twice is harmless here: no
// id, domain or address that is taken holds a percent sign.
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function answerFault(
  error: unknown,
  routeKey: string,
  log: Log,
): APIGatewayProxyStructuredResultV2 {
  if (error instanceof RequestProblem) return problem(error.statusCode, error, error.headers);

  const retryable = error instanceof MailerError && error.retryable;
  log.error('control request failed', {
    code: 'control-request-failed',
    route: routeKey,
    retryable,
    error: faultOf(error),
    frames: framesOf(error),
  });
  return retryable
    ? problem(
        503,
        { code: 'unavailable', message: 'a store did not answer; ask again' },
        { 'retry-after': String(RETRY_AFTER_SECONDS) },
      )
    : problem(500, { code: 'internal-error', message: 'the request failed; the log says why' });
}

/** Where an unforeseen error came from. The first lines of its stack, its text, may quote its input. */
function framesOf(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error) || error instanceof MailerError) return undefined;
  return error.stack?.split('\n').filter((line) => line.startsWith('    at '));
}
