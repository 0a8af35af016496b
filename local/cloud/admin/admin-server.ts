import type { IncomingMessage } from 'node:http';
import { answerJson, readBody, type RequestHandler } from '../http/http-listener';
import { callerOf } from '../operations/operation-counters';

export interface AdminOptions {
  readonly endpoints: () => object;
  readonly operations: () => object;
  /** @returns how many workers were killed, or `undefined` when there is no such function. */
  readonly killWorkers: (functionName: string) => Promise<number> | undefined;
  /** Takes the answer of a custom resource's function. @returns whether anyone waits for it. */
  readonly onAnswer: (path: string, body: string) => boolean;
  /** Told when a function, given by its caller number, calls a service that is not emulated. */
  readonly onForeignService: (caller: number, service: string) => void;
}

/** CloudFormation takes 4 kB. */
const LONGEST_ANSWER = 4_096;

/**
 * The cloud's own HTTP interface: `GET /__cloud/endpoints`, `GET /__cloud/operations` and
 * `POST /__cloud/functions/<name>/kill`. Functions behind custom resources answer to it. It also takes the requests of SDKs to services that are
 * not emulated and refuses them, so that none goes out to AWS.
 */
export function createAdmin(options: AdminOptions): RequestHandler {
  return async (request, response) => {
    const body = await readBody(request, LONGEST_ANSWER);
    const { pathname } = new URL(request.url ?? '/', 'http://local');
    const route = `${request.method ?? 'GET'} ${pathname}`;
    const killed = /^POST \/__cloud\/functions\/([^/]+)\/kill$/.exec(route)?.[1];

    if (route === 'GET /__cloud/endpoints') {
      answerJson(response, 200, options.endpoints());
    } else if (route === 'GET /__cloud/operations') {
      answerJson(response, 200, options.operations());
    } else if (killed !== undefined) {
      const workers = await options.killWorkers(decodeURIComponent(killed));
      if (workers === undefined) answerJson(response, 404, { message: `no function "${killed}"` });
      else answerJson(response, 200, { function: killed, workersKilled: workers });
    } else if (request.method === 'PUT' && options.onAnswer(pathname, body?.toString() ?? '')) {
      answerJson(response, 200, {});
    } else {
      refuse(request, options, (status, body) => answerJson(response, status, body));
    }
  };
}

function refuse(
  { headers: { authorization } }: IncomingMessage,
  { onForeignService }: AdminOptions,
  answer: (status: number, body: object) => void,
): void {
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(authorization ?? '')?.[1];
  if (service === undefined) {
    answer(404, { message: 'Not Found' });
    return;
  }

  onForeignService(callerOf(authorization), service);
  answer(501, { __type: 'NotEmulated', message: `${service} is not emulated locally` });
}
