import { textOf, objectOf } from '../../lambdas/core/json';
import { parsedObject } from '../../lambdas/core/submission/answer-text';
import {
  callMailgun,
  type MailgunAccess,
  type Read,
} from '../../lambdas/adapters/mailgun/mailgun-access';
import { refusalIn } from '../../lambdas/adapters/mailgun/refusal';
import { Transport } from '../../lambdas/adapters/mailgun/transport';

/** Longest one call may take, in milliseconds. */
const CALL_MS = 15_000;

/** An account as a key reaches it. */
export interface Account {
  readonly domain: string;
  readonly region: 'us' | 'eu';
  readonly apiBaseUrl: string | undefined;
  readonly apiKey: string;
}

/** What a key may see of a domain. */
export type DomainCheck =
  | { readonly result: 'found'; readonly state: string }
  /** The key is unknown here, or may send only. */
  | { readonly result: 'unauthorised' }
  | { readonly result: 'notFound' }
  | { readonly result: 'unreadable'; readonly reason: string };

/** How adapters reach an account whose key is in no secret yet. */
export function accessTo({ domain, region, apiBaseUrl, apiKey }: Account): MailgunAccess {
  const secrets = { apiKeys: { [domain]: apiKey }, webhookSigningKeys: [], recipientPepper: '' };
  return {
    domains: { [domain]: { region, apiBaseUrl } },
    secrets: {
      current: () => Promise.resolve(secrets),
      refreshed: () => Promise.resolve({ secrets, readAtMs: Date.now() }),
    },
    transport: new Transport(),
    clock: Date.now,
  };
}

/** Looks a domain up. Never rejects for what Mailgun says. */
export async function checkDomain(account: Account): Promise<DomainCheck> {
  const read = await get(account, `/v4/domains/${account.domain}`);
  if ('answer' in read && read.answer.status === 200) {
    const state = textOf(objectOf(parsedObject(read.answer.body)?.['domain'])?.['state']);
    return state === undefined
      ? { result: 'unreadable', reason: 'the answer names no domain; is this Mailgun’s API?' }
      : { result: 'found', state };
  }
  if ('answer' in read && read.answer.status === 401) return { result: 'unauthorised' };
  if ('answer' in read && read.answer.status === 404) return { result: 'notFound' };
  return { result: 'unreadable', reason: refusalIn(read) ?? '' };
}

/** Names of the account's domains, at most ten; none where they can't be read. */
export async function domainNames(account: Account): Promise<readonly string[]> {
  const read = await get(account, '/v4/domains');
  const items = 'answer' in read ? parsedObject(read.answer.body)?.['items'] : undefined;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item) => textOf(objectOf(item)?.['name']) ?? []).slice(0, 10);
}

/** The account's HTTP webhook signing key, or `undefined` where the key may not read it. */
export async function signingKeyOf(account: Account): Promise<string | undefined> {
  const read = await get(account, '/v5/accounts/http_signing_key');
  if (!('answer' in read) || read.answer.status !== 200) return undefined;
  return textOf(parsedObject(read.answer.body)?.['http_signing_key']);
}

function get(account: Account, path: string): Promise<Read> {
  const deadlineMs = Date.now() + CALL_MS;
  return callMailgun(accessTo(account), account.domain, { path, deadlineMs });
}
