import { ok, parameter, refusal, type Call, type Reply } from '../http/call';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import { FILTER_FIELDS, type EventFilter } from './event-filter';
import {
  decodeSearch,
  encodeSearch,
  findPage,
  firstPosition,
  type EventSearch,
} from './event-page';

const MAX_LIMIT = 300;

/** `GET /v3/{domain}/events` and the pages it links to. */
export function eventRoutes(mailgun: Mailgun): readonly Route[] {
  return [
    {
      endpoint: 'events',
      method: 'GET',
      path: '/v3/:domain/events',
      handle: (call) =>
        refusedReply(mailgun, call) ?? pageReply(mailgun, call, searchOf(mailgun, call)),
    },
    {
      endpoint: 'events',
      method: 'GET',
      path: '/v3/:domain/events/:page',
      handle: (call) => {
        const { domain } = mailgun.state(parameter(call, 'domain'));
        const search = decodeSearch(parameter(call, 'page'));
        if (search?.domain !== domain.name) throw refusal(400, 'page is invalid');
        return refusedReply(mailgun, call) ?? pageReply(mailgun, call, search);
      },
    },
  ];
}

/** The answer to a key that may send but not read events, where a domain is set up for it. */
function refusedReply(mailgun: Mailgun, call: Call): Reply | undefined {
  const { eventsRefused } = mailgun.state(parameter(call, 'domain')).domain.settings;
  if (eventsRefused === undefined) return undefined;
  return {
    status: eventsRefused,
    body: eventsRefused === 401 ? 'Forbidden' : { message: 'Forbidden' },
  };
}

function pageReply(mailgun: Mailgun, call: Call, search: EventSearch): Reply {
  const page = findPage(mailgun.log, search, Date.now());
  const link = (target: EventSearch) =>
    `${call.origin}/v3/${search.domain ?? ''}/events/${encodeSearch(target)}`;
  return ok({
    items: page.events.map((event) => mailgun.writer.write(event)),
    paging: {
      previous: link(page.previous),
      first: link({ ...search, from: search.ascending ? 0 : Number.MAX_SAFE_INTEGER }),
      last: link({
        ...search,
        ascending: !search.ascending,
        from: search.ascending ? Number.MAX_SAFE_INTEGER : 0,
      }),
      next: link(page.next),
    },
  });
}

function searchOf(mailgun: Mailgun, call: Call): EventSearch {
  const { domain } = mailgun.state(parameter(call, 'domain'));
  const { query } = call;
  const begin = timeOf(query, 'begin');
  const end = timeOf(query, 'end');
  const ascending = ascendingOf(query.get('ascending'), begin, end);
  const limit = Number(query.get('limit') ?? '100');
  if (!Number.isInteger(limit) || limit < 1) throw refusal(400, 'limit is invalid');
  return {
    filter: filterOf(query),
    domain: domain.name,
    beginMs: (ascending ? begin : end) ?? 0,
    endMs: (ascending ? end : begin) ?? Infinity,
    ascending,
    limit: Math.min(limit, MAX_LIMIT),
    from: firstPosition(mailgun.log, ascending),
  };
}

/** A range may be given in either direction; half a range needs to be told which one it is. */
function ascendingOf(
  text: string | null,
  begin: number | undefined,
  end: number | undefined,
): boolean {
  if (begin !== undefined && end !== undefined) {
    const upwards = begin <= end;
    if (text !== null && /^(yes|true)$/i.test(text) !== upwards) {
      throw refusal(400, 'ascending contradicts begin and end');
    }
    return upwards;
  }
  if (begin !== undefined && text === null) {
    throw refusal(400, 'ascending is required when begin is given without end');
  }
  return /^(yes|true)$/i.test(text ?? 'no');
}

function filterOf(query: URLSearchParams): EventFilter {
  const filter: EventFilter = {};
  for (const field of FILTER_FIELDS) {
    const values = query.getAll(field);
    if (values.length > 0) filter[field] = values.join(' OR ');
  }
  return filter;
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;

  const atMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(atMs)) throw refusal(400, `${name} is invalid: ${text}`);
  return atMs;
}
