import type { Call, Reply } from './call';

/** One endpoint. */
export interface Route {
  /** Name under which it is counted and under which faults find it, such as `messages`. */
  readonly endpoint: string;
  readonly method: string;
  /** Path with `:parameters`, such as `/v3/:domain/messages`. */
  readonly path: string;
  handle(call: Call): Reply | Promise<Reply>;
}

/** A route that a request matches, with the values of its parameters. */
export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the endpoint of a request. The first route that fits wins. */
export class Router {
  private readonly routes: readonly { route: Route; segments: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.routes = routes.map((route) => ({ route, segments: route.path.split('/') }));
  }

  find(method: string, path: string): Match | undefined {
    const given = path.replace(/(?<=.)\/$/, '').split('/');
    for (const { route, segments } of this.routes) {
      if (route.method !== method || segments.length !== given.length) continue;
      const parameters = fit(segments, given);
      if (parameters) return { route, parameters };
    }
    return undefined;
  }
}

function fit(
  segments: readonly string[],
  given: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const text = given[index] ?? '';
    if (segment.startsWith(':')) {
      const value = decoded(text);
      if (value === undefined || value === '') return undefined;
      parameters[segment.slice(1)] = value;
    } else if (segment !== text) {
      return undefined;
    }
  }
  return parameters;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
