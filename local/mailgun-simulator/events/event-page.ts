import type { MailEvent } from './event';
import { eventTest, type EventFilter } from './event-filter';
import type { EventLog } from './event-log';

/** A search through the log, and where in it a page begins. Goes into paging links whole. */
export interface EventSearch {
  readonly filter: EventFilter;
  /** Sending domain; `undefined` for the whole account. */
  readonly domain: string | undefined;
  readonly beginMs: number;
  readonly endMs: number;
  /** From old to new. */
  readonly ascending: boolean;
  readonly limit: number;
  /** Sequence of the first event to look at. */
  readonly from: number;
}

/** A page of events, and the searches that find the pages beside it. */
export interface EventPage {
  readonly events: readonly MailEvent[];
  readonly next: EventSearch;
  readonly previous: EventSearch;
}

/**
 * Finds one page. An event that is not visible yet is passed over, and a later page does not come
 * back to it: the events of the last minutes can't be trusted to be complete.
 */
export function findPage(log: EventLog, search: EventSearch, nowMs: number): EventPage {
  const passes = eventTest(search.filter);
  const events: MailEvent[] = [];
  const step = search.ascending ? 1 : -1;
  let at = Math.min(Math.max(search.from, -1), search.ascending ? log.length : log.length - 1);
  let start = at;
  for (; events.length < search.limit; at += step) {
    const event = log.at(at);
    if (event === undefined) break;
    if (search.ascending ? event.atMs > search.endMs + 1 : event.atMs < search.beginMs - 1) break;
    if (!isWanted(event, search) || !passes(event) || !log.isVisible(event, nowMs)) continue;
    if (events.length === 0) start = at;
    events.push(event);
  }
  return {
    events,
    next: { ...search, from: at },
    previous: { ...search, ascending: !search.ascending, from: start - step },
  };
}

/** Where a search begins that has no page yet. */
export function firstPosition(log: EventLog, ascending: boolean): number {
  return ascending ? 0 : log.length - 1;
}

/** Writes a search as one word for a URL. */
export function encodeSearch(search: EventSearch): string {
  const { filter, domain, beginMs, endMs, ascending, limit, from } = search;
  const fields = [filter, domain ?? null, beginMs, Number.isFinite(endMs) ? endMs : null];
  return Buffer.from(JSON.stringify([...fields, ascending, limit, from])).toString('base64url');
}

/** Reads what {@link encodeSearch} wrote; `undefined` for anything else. Never throws. */
export function decodeSearch(word: string): EventSearch | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(word, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || parsed.length !== 7) return undefined;
    const [filter, domain, beginMs, endMs, ascending, limit, from] = parsed as [
      EventFilter,
      string | null,
      number,
      number | null,
      boolean,
      number,
      number,
    ];
    return {
      filter,
      domain: domain ?? undefined,
      beginMs,
      endMs: endMs ?? Infinity,
      ascending,
      limit,
      from,
    };
  } catch {
    return undefined;
  }
}

function isWanted(event: MailEvent, { domain, beginMs, endMs }: EventSearch): boolean {
  const atUs = microseconds(event.atMs);
  return (
    (domain === undefined || event.message.domain.name === domain) &&
    atUs >= microseconds(beginMs) &&
    atUs <= microseconds(endMs)
  );
}

// Times come back from callers as seconds with a fraction, a hair off what they were.
function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}
