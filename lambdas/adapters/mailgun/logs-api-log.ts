import { objectOf, textOf, type JsonObject } from '../../core/json';
import type { EventLog, LogQuery, LogRead } from '../../core/reconciliation/event-log';
import { parsedObject } from '../../core/submission/answer-text';
import { eventsIn, later, readEvents } from './event-pages';
import { COUNTED_EVENTS, orLater } from './event-log-reads';
import type { MailgunAccess } from './mailgun-access';

/** Log items asked for at once: the most Mailgun gives. */
const PAGE_SIZE = 100;

/** Before the call: clocks differ, and events carry Mailgun's. */
const MARGIN_MS = 10 * 60_000;

const PATH = '/v1/analytics/logs';

/**
 * `EventLog` through `POST /v1/analytics/logs`, the successor of the events API: the whole account, as
 * JSON, with tokens for further pages. A place is such a token.
 *
 * @see docs/mailgun.md, "Events API and logs"
 */
export class LogsApiLog implements EventLog {
  constructor(private readonly access: MailgunAccess) {}

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  read(query: LogQuery, place: string | undefined, deadlineMs: number): Promise<LogRead> {
    return orLater(() => this.readPage(query, place, deadlineMs));
  }

  private async readPage(
    { domain, messageId, calledAtMs }: LogQuery,
    place: string | undefined,
    deadlineMs: number,
  ): Promise<LogRead> {
    const json = {
      // Without it Mailgun shows one day.
      start: rfc2822(calledAtMs - MARGIN_MS),
      end: rfc2822(this.access.clock() + MARGIN_MS),
      events: COUNTED_EVENTS,
      filter: { AND: [equals('domain', domain), equals('message-id', messageId)] },
      pagination: {
        ...{ sort: 'timestamp:asc', limit: PAGE_SIZE },
        ...(place !== undefined && { token: place }),
      },
    };
    const request = { path: PATH, json, deadlineMs };
    const read = await readEvents(this.access, domain, request, place === undefined);
    if (read.result !== 'body') return read;

    const page = parsedObject(read.body);
    const items = eventsIn(page?.['items']);
    if (items === undefined) return later('no page of log items');
    const next = textOf(objectOf(page?.['pagination'])?.['next']);
    return { result: 'page', events: items.map(eventDataOf), next };
  }
}

/** A log item in the shape of a webhook's `event-data`. */
function eventDataOf(item: JsonObject): JsonObject {
  const { '@timestamp': time, 'user-variables': variables, ...rest } = item;
  const atMs = Date.parse(textOf(time) ?? '');
  return {
    ...rest,
    ...(!Number.isNaN(atMs) && { timestamp: atMs / 1000 }),
    // Cut off, or none at all, it is no JSON: the message id has to do then.
    'user-variables': typeof variables === 'string' ? parsedObject(variables) : variables,
  };
}

const equals = (attribute: string, value: string) => ({
  ...{ attribute, comparator: '=', values: [{ label: value, value }] },
});

const rfc2822 = (ms: number): string => new Date(ms).toUTCString().replace('GMT', '+0000');
