import type { EventLog, LogQuery, LogRead } from '../../core/reconciliation/event-log';
import { later, pageIn, pathOf, readEvents } from './event-pages';
import { COUNTED_EVENTS, orLater } from './event-log-reads';
import type { MailgunAccess } from './mailgun-access';

/** Events asked for at once: the most Mailgun gives. */
const PAGE_SIZE = 300;

/**
 * `EventLog` through `GET /v3/{domain}/events`, Mailgun's older API: one domain, by message id, with
 * links to further pages. A place is the path of such a link.
 *
 * @see docs/mailgun.md, "Events API and logs"
 */
export class EventsApiLog implements EventLog {
  constructor(private readonly access: MailgunAccess) {}

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  read(query: LogQuery, place: string | undefined, deadlineMs: number): Promise<LogRead> {
    return orLater(() => this.readPage(query, place, deadlineMs));
  }

  private async readPage(
    { domain, messageId }: LogQuery,
    place: string | undefined,
    deadlineMs: number,
  ): Promise<LogRead> {
    const parameters = {
      'message-id': messageId,
      event: COUNTED_EVENTS.join(' OR '),
      limit: String(PAGE_SIZE),
    };
    const request =
      place === undefined ? { path: `/v3/${domain}/events`, query: parameters } : { path: place };
    const isFirst = place === undefined;
    const read = await readEvents(this.access, domain, { ...request, deadlineMs }, isFirst);
    if (read.result !== 'body') return read;

    const page = pageIn(read.body);
    if (page === undefined) return later('no page of events');
    const next = pathOf(this.access, domain, page.next);
    const leadsAway = page.next !== undefined && next === undefined;
    // An empty page is most likely the last one, wherever it leads.
    if (leadsAway && page.events.length > 0) return later('no way to the next page');
    return { result: 'page', events: page.events, next };
  }
}
