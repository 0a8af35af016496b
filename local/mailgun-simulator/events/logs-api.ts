import { ok, refusal, type Call, type Reply } from '../http/call';
import { readJson } from '../http/form';
import type { Route } from '../http/router';
import type { Mailgun } from '../mailgun';
import type { MailEvent } from './event';
import { FILTER_FIELDS, type EventFilter, type FilterField } from './event-filter';
import {
  decodeSearch,
  encodeSearch,
  findPage,
  firstPosition,
  type EventSearch,
} from './event-page';

const DAY_MS = 86_400_000;
const MAX_LIMIT = 100;

interface LogsRequest {
  readonly start?: string;
  readonly end?: string;
  readonly events?: readonly string[];
  readonly filter?: {
    readonly AND?: readonly {
      readonly attribute?: string;
      readonly comparator?: string;
      readonly values?: readonly { readonly value?: string; readonly label?: string }[];
    }[];
  };
  readonly pagination?: {
    readonly sort?: string;
    readonly token?: string;
    readonly limit?: number;
  };
}

/** `POST /v1/analytics/logs`, the successor of the events API, in its basic form. */
export function logRoutes(mailgun: Mailgun): readonly Route[] {
  return [
    {
      endpoint: 'logs',
      method: 'POST',
      path: '/v1/analytics/logs',
      handle: (call) => searchLogs(mailgun, call),
    },
  ];
}

function searchLogs(mailgun: Mailgun, call: Call): Reply {
  const parsed = readJson(call);
  if (typeof parsed !== 'object' || parsed === null) throw refusal(400, 'invalid request body');
  const request = parsed as LogsRequest;
  const token = request.pagination?.token;
  const search =
    token === undefined || token === '' ? searchOf(mailgun, request) : decodeSearch(token);
  if (!search) throw refusal(400, 'pagination token is invalid');

  const page = findPage(mailgun.log, search, Date.now());
  return ok({
    start: new Date(search.beginMs).toUTCString(),
    end: new Date(Number.isFinite(search.endMs) ? search.endMs : Date.now()).toUTCString(),
    items: page.events.map((event) => logItem(mailgun, event)),
    pagination: {
      previous: encodeSearch(page.previous),
      next: encodeSearch(page.next),
      first: encodeSearch({ ...search, from: firstPosition(mailgun.log, search.ascending) }),
      last: '',
      total: mailgun.log.length,
    },
    aggregates: {},
  });
}

function searchOf(mailgun: Mailgun, request: LogsRequest): EventSearch {
  const ascending = request.pagination?.sort?.endsWith(':asc') ?? false;
  const filter: EventFilter = {};
  let domain: string | undefined;
  if (request.events && request.events.length > 0) filter.event = request.events.join(' OR ');
  for (const { attribute, comparator = '=', values = [] } of request.filter?.AND ?? []) {
    const texts = values.map(({ value, label }) => value ?? label ?? '');
    if (comparator !== '=') throw refusal(400, `comparator '${comparator}' is not supported`);
    if (attribute === 'domain') domain = texts[0];
    else if (isField(attribute)) filter[attribute] = texts.join(' OR ');
    else throw refusal(400, `'${attribute ?? ''}' is not a valid filter attribute`);
  }
  return {
    filter,
    domain,
    beginMs: timeOf(request.start) ?? Date.now() - DAY_MS,
    endMs: timeOf(request.end) ?? Infinity,
    ascending,
    limit: Math.min(request.pagination?.limit ?? MAX_LIMIT, MAX_LIMIT),
    from: firstPosition(mailgun.log, ascending),
  };
}

/** Differs from an event of the events API in a few fields. */
function logItem(mailgun: Mailgun, event: MailEvent): object {
  const { timestamp, 'user-variables': variables, storage, ...rest } = mailgun.writer.write(event);
  return {
    ...rest,
    '@timestamp': new Date(Number(timestamp) * 1000).toISOString(),
    ...(variables !== undefined && { 'user-variables': JSON.stringify(variables) }),
    ...(isStorage(storage) && { storage: { ...storage, url: [storage.url] } }),
  };
}

function isStorage(value: unknown): value is { readonly url: string } {
  return typeof value === 'object' && value !== null && 'url' in value;
}

function isField(name: string | undefined): name is FilterField {
  return (FILTER_FIELDS as readonly (string | undefined)[]).includes(name);
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;

  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw refusal(400, `'${text}' is not a valid time`);
  return atMs;
}
