import { objectOf, textOf, type JsonObject } from '../../core/json';
import type { Answer } from '../../core/submission/answer';
import { messageIn, parsedObject } from '../../core/submission/answer-text';
import { readWaitUntil } from '../../core/submission/read-wait-until';
import type {
  ListedAddress,
  ListRead,
  ProviderProblem,
} from '../../core/suppression/provider-lists';
import { baseUrlOf, type MailgunAccess } from './mailgun-access';

const LIMIT_MET = /limit exceeded|try again after|sending too fast/i;

/** Mailgun's sign for "every tag". */
const EVERY_TAG = '*';

/** Most tags an entry is limited to; who left more is mailed nothing. A message has at most 10. */
const MAX_TAGS = 20;

/** What an answer means that is no success. */
export function problemIn(answer: Answer, nowMs: number): ProviderProblem {
  const { status, body } = answer;
  const reason = `${status} from the suppressions API`;
  const text = messageIn(body);
  if (status === 420 || status === 429 || LIMIT_MET.test(text)) {
    return { result: 'later', untilMs: readWaitUntil(answer, text, nowMs), reason };
  }
  const isFinal = status >= 400 && status < 500 && status !== 408;
  return isFinal ? { result: 'unreadable', reason } : later(reason);
}

/** Not now, for a reason without a time. */
export const later = (reason: string): ProviderProblem => ({
  ...{ result: 'later', untilMs: undefined, reason },
});

/**
 * Reads a page of a list.
 *
 * @param at the path the page was read from: a page that leads to itself is the last. An empty one leads
 *   on where its link does; without a way it is the last as well.
 * @param entryIn reads one item; `undefined` for what is none, which makes the page unreadable: a list
 *   of which a part is not understood was not read to its end.
 */
export function pageIn<Entry>(
  body: string,
  entryIn: (item: JsonObject) => Entry | undefined,
  { at, follow }: { readonly at: string; readonly follow: (link: string) => string | undefined },
): ListRead<Entry> {
  const page = parsedObject(body);
  const items = page?.['items'];
  if (!Array.isArray(items)) return later('no page of a list');

  const entries = items.map(objectOf).map((item) => item && entryIn(item));
  const understood = entries.filter((entry) => entry !== undefined);
  if (understood.length < items.length) return later('a page with entries that are none');

  const link = textOf(objectOf(page?.['paging'])?.['next']);
  if (link === undefined) return lastPage(understood);
  const next = follow(link);
  if (next === undefined && items.length > 0) return later('no way to the next page');
  return next === undefined || next === at
    ? lastPage(understood)
    : { result: 'page', entries: understood, next };
}

const lastPage = <Entry>(entries: readonly Entry[]): ListRead<Entry> => ({
  ...{ result: 'page', entries, next: undefined },
});

/** The path of a link to a list at this domain's API; the key goes nowhere else. */
export function pathWithin(
  access: MailgunAccess,
  domain: string,
  { list, link }: { readonly list: string; readonly link: string },
): string | undefined {
  const url = URL.parse(link);
  const base = new URL(baseUrlOf(access, domain));
  if (url?.origin !== base.origin) return undefined;

  const prefix = base.pathname.replace(/\/$/, '');
  const path = `${prefix}/v3/${domain}/${list}`;
  const isWithin = url.pathname === path || url.pathname.startsWith(`${path}/`);
  return isWithin ? `${url.pathname.slice(prefix.length)}${url.search}` : undefined;
}

/** Reads an entry of bounces, complaints or unsubscribes. */
export function listedAddressIn(item: JsonObject): ListedAddress | undefined {
  const address = textOf(item['address']);
  if (address === undefined) return undefined;

  const createdAtMs = Date.parse(textOf(item['created_at']) ?? '');
  return {
    address,
    createdAtMs: Number.isNaN(createdAtMs) ? undefined : createdAtMs,
    ...scopeIn(item['tags']),
  };
}

/** Reads an entry of the allowlist: an address or a domain. */
export function allowedIn(item: JsonObject): string | undefined {
  return textOf(item['value']);
}

/** Whatever is not surely limited to some tags holds for every message. */
function scopeIn(value: unknown): { readonly tags?: readonly string[] } {
  if (!Array.isArray(value)) return {};

  const tags = value.map(textOf).filter((tag) => tag !== undefined);
  const isLimited =
    tags.length > 0 &&
    tags.length === value.length &&
    tags.length <= MAX_TAGS &&
    !tags.includes(EVERY_TAG);
  return isLimited ? { tags: [...new Set(tags.map((tag) => tag.toLowerCase()))] } : {};
}
