import { TransientError } from '../../core/errors';
import { objectOf, textOf, type JsonObject } from '../../core/json';
import type {
  AcceptanceSearch,
  DoubtfulSubmission,
  SearchResult,
} from '../../core/submission/acceptance-search';
import type { SubmissionKey } from '../../core/campaign/keys';
import type { Answer } from '../../core/submission/answer';
import { messageIn, parsedObject } from '../../core/submission/answer-text';
import { readCorrelationVariables } from '../../core/submission/correlation';
import { readWaitUntil } from '../../core/submission/read-wait-until';
import { baseUrlOf, readMailgun, type MailgunAccess } from './mailgun-access';

/** Before the time of the call: clocks differ, and events carry Mailgun's. */
const MARGIN_MS = 10 * 60_000;

/** After the doubt: its message may still be taken in, and events of it follow that hour. */
const LATE_MS = 60 * 60_000;

/** Events asked for at once. A page of Mailgun's 300 may pass what the transport reads of a body. */
const PAGE_SIZE = 100;

/** Pages read of one search before it is given up for now: many times what one recipient has. */
const MAX_PAGES = 200;

const LIMIT_MET = /limit exceeded|try again after|sending too fast/i;

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
      const read = await readMailgun(this.access, domain, { ...place, deadlineMs });
      if ('keyless' in read) return unreadable('the secret holds no API key for it');
      if ('fault' in read) return later(read.fault);
      if (read.answer.status !== 200) return judge(read.answer, pages === 0, clock());
      const page = pageIn(read.answer.body);
      if (page === undefined) return later('no page of events');

      const messageId = page.events.map(recognise).find((id) => id !== undefined);
      if (messageId !== undefined) return { result: 'found', messageId };
      // Links go on behind the last event, for those who wait for more.
      if (page.events.length === 0) return { result: 'absent' };
      const path = this.pathOf(domain, page.next);
      if (path === undefined || seen.has(path)) return later('no way to the next page');
      seen.add(path);
      place = { path };
    }
    return later(`more than ${MAX_PAGES} pages`);
  }

  /** The path of a link to this domain's events at this API; the key goes nowhere else. */
  private pathOf(domain: string, link: string | undefined): string | undefined {
    const url = link === undefined ? null : URL.parse(link);
    const base = new URL(baseUrlOf(this.access, domain));
    if (url?.origin !== base.origin) return undefined;

    const prefix = base.pathname.replace(/\/$/, '');
    const events = `${prefix}/v3/${domain}/events`;
    const isWithin = url.pathname === events || url.pathname.startsWith(`${events}/`);
    return isWithin ? `${url.pathname.slice(prefix.length)}${url.search}` : undefined;
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
      const same = ours !== undefined && isSame(ours, submission);
      return same ? (messageIdIn(event) ?? messageId) : undefined;
    },
  };
}

/** What an answer means that is no success. */
function judge(answer: Answer, isFirstPage: boolean, nowMs: number): SearchResult {
  const { status, body } = answer;
  const reason = `${status} from the events API`;
  const text = messageIn(body);
  if (status === 420 || status === 429 || LIMIT_MET.test(text)) {
    return { result: 'later', untilMs: readWaitUntil(answer, text, nowMs), reason };
  }
  if (status < 400 || status === 408 || status >= 500) return later(reason);
  // A link to a further page may have grown old; what is asked at first is always the same.
  const isFinal = isFirstPage || [401, 402, 403, 404].includes(status);
  return isFinal ? unreadable(reason) : later(reason);
}

/** @returns `undefined` for anything but a page of events. Never throws. */
function pageIn(
  body: string,
): { readonly events: readonly JsonObject[]; readonly next: string | undefined } | undefined {
  const page = parsedObject(body);
  const items = page?.['items'];
  if (!Array.isArray(items)) return undefined;

  const events = items.map(objectOf).filter((event) => event !== undefined);
  // An item that is no event could be anything, ours included.
  if (events.length < items.length) return undefined;
  return { events, next: textOf(objectOf(page?.['paging'])?.['next']) };
}

function messageIdIn(event: JsonObject): string | undefined {
  const headers = objectOf(objectOf(event['message'])?.['headers']);
  return textOf(textOf(headers?.['message-id'])?.trim().replace(/^<|>$/g, ''));
}

function isSame(one: SubmissionKey, other: SubmissionKey): boolean {
  return (
    one.accountId === other.accountId &&
    one.campaignId === other.campaignId &&
    one.batchId === other.batchId &&
    one.path === other.path
  );
}

const later = (reason: string): SearchResult => ({ result: 'later', untilMs: undefined, reason });
const unreadable = (reason: string): SearchResult => ({ result: 'unreadable', reason });
const epochSeconds = (ms: number): string => String(Math.floor(ms / 1000));
