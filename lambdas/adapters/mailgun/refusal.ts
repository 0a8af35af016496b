import type { Answer } from '../../core/submission/answer';
import { messageIn, withoutAddresses } from '../../core/submission/answer-text';
import type { Read } from './mailgun-access';

/**
 * Why a call did not do what it was for, in words for a person: no address, no key, no URL, which
 * some of Mailgun's answers quote.
 *
 * @returns `undefined` for a success.
 */
export function refusalIn(read: Read): string | undefined {
  if ('keyless' in read) return 'the secret holds no API key for it; run npm run setup';
  if ('fault' in read) return `no answer from Mailgun (${read.fault})`;
  return read.answer.status === 200 ? undefined : refusalOf(read.answer);
}

/** The same of an answer that is no success. */
export function refusalOf({ status, body }: Answer): string {
  const words = withoutAddresses(messageIn(body).replace(/\bhttps?:\/\/[^\s'"]+/gi, '[url]'));
  const advice = ADVICE[status];
  return `Mailgun answered ${status}${words === '' ? '' : ` ${words}`}${advice === undefined ? '' : ` (${advice})`}`;
}

const ADVICE: Readonly<Record<number, string>> = {
  401: 'the key is wrong, of the other region, or may send only',
  403: 'the key may not do this',
  404: 'no such domain with this key in this region',
};
