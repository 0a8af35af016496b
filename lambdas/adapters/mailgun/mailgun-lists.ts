import { textOf, type JsonObject } from '../../core/json';
import type { Answer } from '../../core/submission/answer';
import { parsedObject } from '../../core/submission/answer-text';
import type {
  ListedAddress,
  ListRead,
  ProviderLists,
  ProviderProblem,
} from '../../core/suppression/provider-lists';
import type { SuppressionReason } from '../../core/suppression/suppression';
import { allowedIn, later, listedAddressIn, pageIn, pathWithin, problemIn } from './list-pages';
import { callMailgun, type MailgunAccess, type MailgunCall } from './mailgun-access';
import { MAX_RESPONSE_BYTES } from './transport';

/** Entries asked for at once: the most Mailgun gives. */
const PAGE_SIZE = 1_000;

/** Entries asked for where a page of the usual size is too long to be read. */
const SMALL_PAGE_SIZE = 100;

/** Mailgun's names of its lists. */
const LISTS = { bounce: 'bounces', complaint: 'complaints', unsubscribe: 'unsubscribes' } as const;

const REASONS = Object.keys(LISTS) as readonly SuppressionReason[];

/**
 * `ProviderLists` through Mailgun's suppressions API. A place is the path of a link to a further page.
 *
 * @see docs/mailgun.md, "Suppressions"
 */
export class MailgunLists implements ProviderLists {
  constructor(private readonly access: MailgunAccess) {}

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  read(
    { domain, reason }: { readonly domain: string; readonly reason: SuppressionReason },
    place: string | undefined,
    deadlineMs: number,
  ): Promise<ListRead<ListedAddress>> {
    return this.page({ domain, list: LISTS[reason], place, deadlineMs }, listedAddressIn);
  }

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  readAllowlist(
    domain: string,
    place: string | undefined,
    deadlineMs: number,
  ): Promise<ListRead<string>> {
    return this.page({ domain, list: 'whitelists', place, deadlineMs }, allowedIn);
  }

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  async find(domain: string, address: string, deadlineMs: number) {
    const entries: Partial<Record<SuppressionReason, ListedAddress>> = {};
    for (const reason of REASONS) {
      const path = entryPath(domain, reason, address);
      const called = await this.call(domain, { path, deadlineMs });
      if (called.result === 'absent') continue;
      if (called.result !== 'body') return called;
      const item = parsedObject(called.body);
      const entry = item && listedAddressIn(item);
      if (entry === undefined) return later('no entry of a list');
      entries[reason] = entry;
    }
    return { result: 'found', entries } as const;
  }

  /** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
  async remove(domain: string, address: string, deadlineMs: number) {
    const from: SuppressionReason[] = [];
    for (const reason of REASONS) {
      const path = entryPath(domain, reason, address);
      const called = await this.call(domain, { method: 'delete', path, deadlineMs });
      if (called.result === 'body') from.push(reason);
      else if (called.result !== 'absent') return called;
    }
    return { result: 'removed', from } as const;
  }

  private async page<Entry>(
    about: {
      readonly domain: string;
      readonly list: string;
      readonly place: string | undefined;
      readonly deadlineMs: number;
      /** The page that led here was empty. */
      readonly isBehindEmpty?: boolean;
    },
    entryIn: (item: JsonObject) => Entry | undefined,
  ): Promise<ListRead<Entry>> {
    const { domain, list, place, deadlineMs } = about;
    const at = place ?? `/v3/${domain}/${list}?limit=${PAGE_SIZE}`;
    const called = await this.call(domain, { path: at, deadlineMs });
    if (called.result === 'absent')
      return { result: 'unreadable', reason: '404 from the suppressions API' };
    if (called.result !== 'body') return called;
    const fewer = isCut(called.body) ? withFewer(at) : undefined;
    if (fewer !== undefined) return this.page({ ...about, place: fewer }, entryIn);

    const follow = (link: string) => pathWithin(this.access, domain, { list, link });
    const read = pageIn(called.body, entryIn, { at, follow });
    if (read.result !== 'page' || read.entries.length > 0 || read.next === undefined) return read;
    // One may be a gap. Taken for the end, it would have what is behind it removed as vanished.
    return about.isBehindEmpty === true
      ? { ...read, next: undefined }
      : this.page({ ...about, place: read.next, isBehindEmpty: true }, entryIn);
  }

  private async call(
    domain: string,
    call: MailgunCall,
  ): Promise<
    | { readonly result: 'body'; readonly body: string }
    | { readonly result: 'absent' }
    | ProviderProblem
  > {
    const { clock } = this.access;
    if (clock() >= call.deadlineMs) return later('out of time');
    const called = await callMailgun(this.access, domain, call);
    if ('keyless' in called) {
      return { result: 'unreadable', reason: 'the secret holds no API key for it' };
    }
    if ('fault' in called) return later(called.fault);
    const { answer } = called;
    if (answer.status === 200) return { result: 'body', body: answer.body };
    return isAbsence(answer) ? { result: 'absent' } : problemIn(answer, clock());
  }
}

/**
 * Mailgun answers with 404 and a sentence for an address that is not on a list; it does the same for
 * a domain it does not know, and without a sentence for a path that is none.
 */
function isAbsence({ status, body }: Answer): boolean {
  const message = textOf(parsedObject(body)?.['message']);
  return status === 404 && message !== undefined && !/domain not found/i.test(message);
}

/** The transport cuts what is too long; a bounce carries all that a server said. */
const isCut = (body: string): boolean =>
  Buffer.byteLength(body) >= MAX_RESPONSE_BYTES && parsedObject(body) === undefined;

/** The same page with fewer entries, or `undefined` where it has few already. */
function withFewer(path: string): string | undefined {
  const [pathname = '', search = ''] = path.split('?');
  const query = new URLSearchParams(search);
  if (Number(query.get('limit')) <= SMALL_PAGE_SIZE) return undefined;

  query.set('limit', String(SMALL_PAGE_SIZE));
  return `${pathname}?${query.toString()}`;
}

const entryPath = (domain: string, reason: SuppressionReason, address: string): string =>
  `/v3/${domain}/${LISTS[reason]}/${encodeURIComponent(address)}`;
