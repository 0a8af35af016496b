import { StartError } from './start-error';
import type { SampleReason } from './sample-campaign';

/** A Mailgun account as its owner reaches it. */
export interface MailgunAccount {
  /** Base URL of the API, without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
}

/** Somebody on one of Mailgun's suppression lists. */
export interface ListedAddress {
  readonly email: string;
  readonly reason: SampleReason;
}

const LISTS = {
  bounced: 'bounces',
  complained: 'complaints',
  unsubscribed: 'unsubscribes',
} as const;

/** Entries Mailgun takes in one call. */
const MAX_ENTRIES = 1000;

/** Puts people on Mailgun's own suppression lists: what happened before this project came. */
export async function listSuppressed(
  account: MailgunAccount,
  domain: string,
  listed: readonly ListedAddress[],
): Promise<void> {
  for (const [reason, list] of Object.entries(LISTS)) {
    const entries = listed
      .filter((entry) => entry.reason === reason)
      .map(({ email }) => ({ address: email, ...(list === 'unsubscribes' && { tags: ['*'] }) }));
    for (let from = 0; from < entries.length; from += MAX_ENTRIES) {
      await call(account, `/v3/${domain}/${list}`, entries.slice(from, from + MAX_ENTRIES));
    }
  }
}

async function call(
  { url, apiKey }: MailgunAccount,
  path: string,
  body: readonly object[],
): Promise<void> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new StartError(`Mailgun at ${url}: ${path} answered ${response.status}`);
}
