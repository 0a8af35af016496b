import { objectOf, textOf, type JsonObject } from '../../core/json';
import type { Answer } from '../../core/submission/answer';
import { messageIn, parsedObject } from '../../core/submission/answer-text';
import { readWaitUntil } from '../../core/submission/read-wait-until';
import { baseUrlOf, readMailgun, type MailgunAccess, type MailgunCall } from './mailgun-access';

/** Why a page of events could not be read. */
export type NoPage =
  /** Not now: a limit or a fault. */
  | { readonly result: 'later'; readonly untilMs: number | undefined; readonly reason: string }
  /** Not at all: the key may not, or nothing is there. */
  | { readonly result: 'unreadable'; readonly reason: string };

const LIMIT_MET = /limit exceeded|try again after|sending too fast/i;

/**
 * Asks for a page of events, whichever of Mailgun's two APIs it comes from.
 *
 * @param isFirst whether the request is always the same; a link or token may have grown old.
 * @returns the body of a success, or what its absence means.
 * @throws {TransientError} when the secret can't be read.
 */
export async function readEvents(
  access: MailgunAccess,
  domain: string,
  request: MailgunCall,
  isFirst: boolean,
): Promise<{ readonly result: 'body'; readonly body: string } | NoPage> {
  const read = await readMailgun(access, domain, request);
  if ('keyless' in read) return unreadable('the secret holds no API key for it');
  if ('fault' in read) return later(read.fault);
  if (read.answer.status !== 200) return judge(read.answer, isFirst, access.clock());
  return { result: 'body', body: read.answer.body };
}

/** A page of the events API. */
export interface EventsPage {
  readonly events: readonly JsonObject[];
  /** Link to the next page, as Mailgun wrote it. */
  readonly next: string | undefined;
}

/** @returns `undefined` for anything but a page of events. Never throws. */
export function pageIn(body: string): EventsPage | undefined {
  const page = parsedObject(body);
  const events = eventsIn(page?.['items']);
  return events && { events, next: textOf(objectOf(page?.['paging'])?.['next']) };
}

/** @returns `undefined` for anything but a list of events: an item that is none could be anything. */
export function eventsIn(items: unknown): readonly JsonObject[] | undefined {
  if (!Array.isArray(items)) return undefined;

  const events = items.map(objectOf).filter((event) => event !== undefined);
  return events.length < items.length ? undefined : events;
}

/** The path of a link to a domain's events at its API; the key goes nowhere else. */
export function pathOf(
  access: MailgunAccess,
  domain: string,
  link: string | undefined,
): string | undefined {
  const url = link === undefined ? null : URL.parse(link);
  const base = new URL(baseUrlOf(access, domain));
  if (url?.origin !== base.origin) return undefined;

  const prefix = base.pathname.replace(/\/$/, '');
  const events = `${prefix}/v3/${domain}/events`;
  const isWithin = url.pathname === events || url.pathname.startsWith(`${events}/`);
  return isWithin ? `${url.pathname.slice(prefix.length)}${url.search}` : undefined;
}

/** Not now, for a reason without a time. */
export const later = (reason: string): Extract<NoPage, { result: 'later' }> => ({
  ...{ result: 'later', untilMs: undefined, reason },
});

const unreadable = (reason: string): NoPage => ({ result: 'unreadable', reason });

/** What an answer means that is no success. */
function judge(answer: Answer, isFirst: boolean, nowMs: number): NoPage {
  const { status, body } = answer;
  const reason = `${status} from the events API`;
  const text = messageIn(body);
  if (status === 420 || status === 429 || LIMIT_MET.test(text)) {
    return { result: 'later', untilMs: readWaitUntil(answer, text, nowMs), reason };
  }
  if (status < 400 || status === 408 || status >= 500) return later(reason);
  // A link to a further page may have grown old; what is asked at first is always the same.
  const isFinal = isFirst || [401, 402, 403, 404].includes(status);
  return isFinal ? unreadable(reason) : later(reason);
}
