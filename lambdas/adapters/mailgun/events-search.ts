import type {
  AcceptanceSearch,
  DoubtfulSubmission,
  SearchResult,
} from '../../core/submission/acceptance-search';
import type { SubmissionKey } from '../../core/campaign/keys';
import { objectOf, textOf } from '../../core/json';
import type { Answer } from '../../core/submission/answer';
import { readCorrelationVariables } from '../../core/submission/correlation';
import { readWaitUntil } from '../../core/submission/read-wait-until';
import { baseUrlOf, readMailgun, type MailgunAccess } from './mailgun-access';

/** Around the time of the call: clocks differ, and events carry Mailgun's. */
const MARGIN_MS = 10 * 60_000;

/** How long after a doubt its message may still be taken in, to be found among a recipient's events. */
const LATE_MS = 60 * 60_000;

/** Events Mailgun shows on one page. */
const PAGE_SIZE = 300;

/** Pages read of one search before it is given up for now: many times what one recipient has. */
const MAX_PAGES = 50;

type Query = Readonly<Record<string, string>>;

/** Looks at one event; returns the message id of ours. */
type Recognise = (event: Readonly<Record<string, unknown>>) => string | undefined;

/** `AcceptanceSearch` through Mailgun's events API. */
export class EventsSearch implements AcceptanceSearch {
  constructor(private readonly access: MailgunAccess) {}

  /** @throws {TransientError} when the secret can't be read. */
  async search(
    domain: string,
    doubtful: DoubtfulSubmission,
    deadlineMs: number,
  ): Promise<SearchResult> {
    const { messageId, recipient, submission } = doubtful;
    const byId = await this.read(domain, { 'message-id': messageId }, deadlineMs, () => messageId);
    if (byId.result !== 'absent' || recipient === undefined) return byId;

    const { recipientPepper } = await this.access.secrets.current();
    const among = {
      recipient,
      begin: epochSeconds(doubtful.fromMs - MARGIN_MS),
      end: epochSeconds(doubtful.toMs + LATE_MS),
      ascending: 'yes',
    };
    return this.read(domain, among, deadlineMs, (event) => {
      const ours = readCorrelationVariables(recipientPepper, event['user-variables']);
      return ours !== undefined && isSame(ours, submission) ? messageIdIn(event) : undefined;
    });
  }

  /** Reads every page of one query. */
  private async read(
    domain: string,
    query: Query,
    deadlineMs: number,
    recognise: Recognise,
  ): Promise<SearchResult> {
    const { clock } = this.access;
    let page: { readonly path: string; readonly query?: Query } = {
      path: `/v3/${domain}/events`,
      query: { ...query, limit: String(PAGE_SIZE) },
    };
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      if (clock() >= deadlineMs) return later('out of time');
      const read = await readMailgun(this.access, domain, { ...page, deadlineMs });
      if ('keyless' in read) return unreadable('the secret holds no API key for it');
      if ('fault' in read) return later(read.fault);
      const body = bodyOf(read.answer);
      if (body === undefined) return judge(read.answer, clock());

      const found = body.events.map(recognise).find((id) => id !== undefined);
      if (found !== undefined) return { result: 'found', messageId: found };
      if (body.events.length === 0) return { result: 'absent' };
      const next = this.pathOf(domain, body.next);
      if (next === undefined) return later('no way to the next page');
      page = { path: next };
    }
    return later(`more than ${MAX_PAGES} pages`);
  }

  /** The path of a link to this domain's events at this API; the key goes nowhere else. */
  private pathOf(domain: string, link: string | undefined): string | undefined {
    const url = link === undefined ? null : URL.parse(link);
    const base = new URL(baseUrlOf(this.access, domain));
    if (url?.origin !== base.origin) return undefined;

    const path = `${url.pathname}${url.search}`;
    return path.startsWith(`/v3/${domain}/events`) ? path : undefined;
  }
}

function judge({ status, headers, body }: Answer, nowMs: number): SearchResult {
  if ([401, 402, 403, 404].includes(status)) return unreadable(`${status} from the events API`);

  const untilMs = readWaitUntil({ status, headers, body }, body.slice(0, 2_000), nowMs);
  return { result: 'later', untilMs, reason: `${status} from the events API` };
}

/** @returns `undefined` for anything but a page of events. */
function bodyOf({
  status,
  body,
}: Answer):
  { readonly events: readonly Record<string, unknown>[]; readonly next?: string } | undefined {
  if (status !== 200) return undefined;
  try {
    const page = objectOf(JSON.parse(body));
    if (page === undefined || !Array.isArray(page['items'])) return undefined;

    const events = (page['items'] as unknown[])
      .map((item) => objectOf(item))
      .filter((item) => item !== undefined);
    const next = textOf(objectOf(page['paging'])?.['next']);
    return { events, ...(next !== undefined && { next }) };
  } catch {
    return undefined;
  }
}

function messageIdIn(event: Readonly<Record<string, unknown>>): string | undefined {
  const headers = objectOf(objectOf(event['message'])?.['headers']);
  return textOf(headers?.['message-id'])?.replace(/^<|>$/g, '');
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
