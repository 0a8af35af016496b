import { TransientError } from '../../core/errors';
import { objectOf, textOf, type JsonObject } from '../../core/json';
import type {
  AcceptanceSearch,
  DoubtfulSubmission,
  SearchResult,
} from '../../core/submission/acceptance-search';
import { isSameSubmission } from '../../core/campaign/keys';
import { readCorrelationVariables } from '../../core/submission/correlation';
import { later, pageIn, pathOf, readEvents } from './event-pages';
import type { MailgunAccess } from './mailgun-access';

/** Before the time of the call: clocks differ, and events carry Mailgun's. */
const MARGIN_MS = 10 * 60_000;

/** After the doubt: its message may still be taken in, and events of it follow that hour. */
const LATE_MS = 60 * 60_000;

/** Events asked for at once. A page of Mailgun's 300 may pass what the transport reads of a body. */
const PAGE_SIZE = 100;

/** Pages read of one search before it is given up for now: many times what one recipient has. */
const MAX_PAGES = 200;

/** One search of the events API, all pages of it. */
interface EventQuery {
  readonly parameters: Readonly<Record<string, string>>;
  /** Looks at one event; returns the message id of ours, `undefined` for any other. */
  readonly recognise: (event: JsonObject) => string | undefined;
}

/** A page's place: its path, with a query where it is the first. */
interface Place {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * `AcceptanceSearch` through Mailgun's events API.
 *
 * Absent is said only of what was read to its end: two searches, every page, every one of them a
 * page. Whatever else comes is `later` or `unreadable`.
 *
 * @see docs/mailgun.md, "Events API and logs"
 */
export class EventsSearch implements AcceptanceSearch {
  constructor(private readonly access: MailgunAccess) {}

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  async search(
    domain: string,
    doubtful: DoubtfulSubmission,
    deadlineMs: number,
  ): Promise<SearchResult> {
    try {
      const found = await this.read(domain, byMessageId(doubtful), deadlineMs);
      if (found.result !== 'absent' || doubtful.recipient === undefined) return found;

      const { recipientPepper } = await this.access.secrets.current();
      const query = amongEventsOf(doubtful.recipient, doubtful, recipientPepper);
      return await this.read(domain, query, deadlineMs);
    } catch (error) {
      if (error instanceof TransientError) return later('the secret can not be read');
      throw error;
    }
  }

  private async read(
    domain: string,
    { parameters, recognise }: EventQuery,
    deadlineMs: number,
  ): Promise<SearchResult> {
    const { clock } = this.access;
    const seen = new Set<string>();
    let place: Place = { path: `/v3/${domain}/events`, query: parameters };
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      if (clock() >= deadlineMs) return later('out of time');
      const request = { ...place, deadlineMs };
      const read = await readEvents(this.access, domain, request, pages === 0);
      if (read.result !== 'body') return read;
      const page = pageIn(read.body);
      if (page === undefined) return later('no page of events');

      const messageId = page.events.map(recognise).find((id) => id !== undefined);
      if (messageId !== undefined) return { result: 'found', messageId };
      // Links go on behind the last event, for those who wait for more.
      if (page.events.length === 0) return { result: 'absent' };
      const path = pathOf(this.access, domain, page.next);
      if (path === undefined || seen.has(path)) return later('no way to the next page');
      seen.add(path);
      place = { path };
    }
    return later(`more than ${MAX_PAGES} pages`);
  }
}

/** Any event of the message shows that Mailgun has it. */
function byMessageId({ messageId }: DoubtfulSubmission): EventQuery {
  const wanted = messageId.toLowerCase();
  return {
    parameters: { 'message-id': messageId, limit: String(PAGE_SIZE) },
    recognise: (event) =>
      (messageIdIn(event) ?? messageId).toLowerCase() === wanted ? messageId : undefined,
  };
}

/** The same by our own variables, under whatever id Mailgun sent it. */
function amongEventsOf(
  recipient: string,
  { submission, messageId, fromMs, toMs }: DoubtfulSubmission,
  pepper: string,
): EventQuery {
  return {
    parameters: {
      recipient,
      begin: epochSeconds(fromMs - MARGIN_MS),
      end: epochSeconds(toMs + LATE_MS),
      ascending: 'yes',
      limit: String(PAGE_SIZE),
    },
    recognise: (event) => {
      const ours = readCorrelationVariables(pepper, event['user-variables']);
      const same = ours !== undefined && isSameSubmission(ours, submission);
      return same ? (messageIdIn(event) ?? messageId) : undefined;
    },
  };
}

function messageIdIn(event: JsonObject): string | undefined {
  const headers = objectOf(objectOf(event['message'])?.['headers']);
  return textOf(textOf(headers?.['message-id'])?.trim().replace(/^<|>$/g, ''));
}

const epochSeconds = (ms: number): string => String(Math.floor(ms / 1000));
