import type { RoutePlan } from '../template/blueprint';

/** A route and the path parameters a request has on it. */
export interface MatchedRoute {
  readonly route: RoutePlan;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface CompiledRoute {
  readonly route: RoutePlan;
  /** `undefined` for any. */
  readonly method: string | undefined;
  readonly pattern: RegExp;
  readonly parameters: readonly string[];
  /** Sorts the routes: the most specific first. */
  readonly rank: string;
}

/**
 * The routes of an HTTP API. As on API Gateway, a full match wins over a parameter, a parameter
 * over a greedy one, a method over `ANY`, and everything over `$default`.
 *
 * @see Amazon API Gateway Developer Guide, "Create routes for HTTP APIs in API Gateway".
 */
export class RouteTable {
  readonly #routes: readonly CompiledRoute[];
  readonly #default: RoutePlan | undefined;

  constructor(routes: readonly RoutePlan[]) {
    this.#routes = routes
      .filter(({ routeKey }) => routeKey !== '$default')
      .map(compile)
      .sort((left, right) => (left.rank < right.rank ? -1 : 1));
    this.#default = routes.find(({ routeKey }) => routeKey === '$default');
  }

  /** @param path without its query. */
  match(method: string, path: string): MatchedRoute | undefined {
    for (const { route, method: wanted, pattern, parameters } of this.#routes) {
      if (wanted !== undefined && wanted !== method) continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      return {
        route,
        pathParameters: Object.fromEntries(
          parameters.map((name, index) => [name, decoded(found[index + 1] ?? '')]),
        ),
      };
    }
    return this.#default === undefined ? undefined : { route: this.#default, pathParameters: {} };
  }
}

function compile(route: RoutePlan): CompiledRoute {
  const [method = 'ANY', path = '/'] = route.routeKey.split(' ');
  const parameters: string[] = [];
  const segments = path.split('/').slice(1);

  const patterns = segments.map((segment) => {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
    if (name === undefined) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    parameters.push(name);
    return greedy === '+' ? '(.+)' : '([^/]+)';
  });
  const ranks = patterns.map((pattern) => ({ '(.+)': '2', '([^/]+)': '1' })[pattern] ?? '0');

  return {
    route,
    method: method === 'ANY' ? undefined : method,
    pattern: new RegExp(`^/${patterns.join('/')}$`),
    parameters,
    rank: `${ranks.join('')}${method === 'ANY' ? '~1' : '~0'}`,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
