import { RequestProblem, type ControlRequest, type ControlResponse } from './request';

/** Answers one kind of call. */
export type Answer = (request: ControlRequest) => Promise<ControlResponse>;

/** A method and a path template, such as `GET /domains/{domain}`. */
export type RouteKey = `${'GET' | 'POST' | 'DELETE'} /${string}`;

/** Every route of the API with what answers it. */
export type Routes = Readonly<Record<RouteKey, Answer>>;

/**
 * Finds what answers a call.
 *
 * API Gateway has matched the route already and names it; the method and the path matter only to
 * say what is wrong with a call that came through a catch-all.
 *
 * @throws {RequestProblem} 404 for a path there is no route for, 405 for one that has other methods.
 */
export function answerTo(
  routes: Routes,
  call: { readonly routeKey: string; readonly method: string; readonly path: string },
): Answer {
  const answer = (routes as Readonly<Record<string, Answer | undefined>>)[call.routeKey];
  if (answer !== undefined) return answer;

  const allowed = Object.keys(routes).filter((key) => matches(key, call.path));
  if (allowed.length === 0) throw new RequestProblem(404, 'no-such-route', 'there is no such path');

  const methods = allowed.map((key) => key.split(' ')[0]).join(', ');
  throw new RequestProblem(
    405,
    'method-not-allowed',
    `method: received ${call.method}, expected ${methods}`,
    { allow: methods },
  );
}

function matches(routeKey: string, path: string): boolean {
  const template = routeKey.slice(routeKey.indexOf('/')).split('/');
  const segments = path.split('/');
  return (
    template.length === segments.length &&
    template.every((part, at) =>
      part.startsWith('{') ? segments[at] !== '' : part === segments[at],
    )
  );
}
