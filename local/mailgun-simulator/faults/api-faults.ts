import type { ScriptedFault } from './fault-script';

/** What goes wrong with a call of the API. Times are real milliseconds. */
export interface ApiFault {
  /** Answers with this status instead of Mailgun's. */
  readonly status?: number;
  /** Answers with this body: a text as it is, anything else as JSON. See `README.md` for its `{{…}}`. */
  readonly body?: unknown;
  /** Adds or replaces headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether Mailgun takes the call although the answer is another. @default - only without `status` and `body` */
  readonly accept?: boolean;
  /** Short for `{status: 500, accept: true}`. */
  readonly acceptThen500?: boolean;
  /** Waits before the answer. */
  readonly delayMs?: number;
  /** Whether it waits before Mailgun takes the call, or after. @default 'after' */
  readonly delay?: 'before' | 'after';
  /**
   * Resets the connection: as soon as the headers are in, in the middle of the body, or with the
   * whole call in, before or after Mailgun took it.
   */
  readonly reset?: 'headers' | 'body' | 'before' | 'after';
  /** Never answers. Mailgun has taken the call, unless `accept` is false. */
  readonly hang?: boolean;
  /** Sends the answer's body a byte at a time, with this pause between. */
  readonly trickleMs?: number;
  /** Announces the whole body, sends half of it and ends the connection. */
  readonly truncatedBody?: boolean;
}

/** Which calls a fault is for; what is missing matches all. */
export interface ApiMatch {
  /** Name of the endpoint as the books count it, such as `messages`, `events`, `bounces`. */
  readonly endpoint?: string;
  /** The whole path, or with `*` at its end the beginning of it. */
  readonly path?: string;
  readonly method?: string;
  readonly domain?: string;
}

export interface ApiFaultDefinition {
  readonly match: ApiMatch;
  readonly fault: ApiFault;
}

/** A call as far as a fault can tell it from others. */
export interface CallIdentity {
  readonly endpoint: string;
  readonly path: string;
  readonly method: string;
  readonly domain: string | undefined;
}

/** The first fault in force that applies to a call. */
export function pickApiFault(
  faults: Iterable<ScriptedFault<ApiFaultDefinition>>,
  call: CallIdentity,
): ApiFault | undefined {
  for (const fault of faults) {
    if (matches(fault.definition.match, call) && fault.applies()) return fault.definition.fault;
  }
  return undefined;
}

/** Whether Mailgun takes a call that meets a fault. */
export function isTaken(fault: ApiFault): boolean {
  if (fault.reset !== undefined) return fault.reset === 'after';
  if (fault.accept !== undefined) return fault.accept;
  if (fault.acceptThen500 === true) return true;
  return fault.status === undefined && fault.body === undefined;
}

/**
 * Fills in what a scripted text can't know beforehand: `{{utc+60}}`, `{{unix+60}}` and
 * `{{unixms+60}}` are times so many seconds from now, `{{domain}}` is the call's domain.
 */
export function filled(text: string, nowMs: number, domain: string | undefined): string {
  return text.replace(/\{\{(utc|unix|unixms|domain)(?:([+-]\d+))?\}\}/g, (_all, kind, seconds) => {
    if (kind === 'domain') return domain ?? '';
    const atMs = nowMs + Number(seconds ?? 0) * 1000;
    if (kind === 'unixms') return String(atMs);
    if (kind === 'unix') return String(Math.ceil(atMs / 1000));
    return new Date(atMs).toUTCString().replace('GMT', 'UTC');
  });
}

function matches(match: ApiMatch, call: CallIdentity): boolean {
  return (
    (match.endpoint ?? call.endpoint) === call.endpoint &&
    (match.method ?? call.method).toUpperCase() === call.method &&
    (match.domain === undefined || match.domain === call.domain) &&
    (match.path === undefined ||
      match.path === call.path ||
      (match.path.endsWith('*') && call.path.startsWith(match.path.slice(0, -1))))
  );
}
