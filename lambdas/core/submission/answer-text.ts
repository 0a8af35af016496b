import { objectOf } from '../json';

/** Characters of Mailgun's words that are looked at; its own are a few hundred. */
const MAX_TEXT = 2000;

/** Characters of them that are kept. */
const MAX_REASON = 300;

/** Keys that Mailgun's endpoints put their words under. */
const TEXT_KEYS = ['message', 'Reason', 'Error', 'Description'];

/**
 * Mailgun's own words in the body of an answer: the text of its JSON, whichever key it uses, or
 * the plain body. May hold addresses. Never throws.
 */
export function messageIn(body: string): string {
  const parsed = parsedObject(body);
  if (parsed === undefined) return body.slice(0, MAX_TEXT).trim();

  const texts = TEXT_KEYS.map((key) => parsed[key]);
  return (texts.find((text) => typeof text === 'string') ?? '').slice(0, MAX_TEXT);
}

/** @returns the body as a JSON object, or `undefined` for anything else. Never throws. */
export function parsedObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return objectOf(JSON.parse(body));
  } catch {
    return undefined;
  }
}

/** Fit for a record, a log and a notification: no address, one line, at most 300 characters. */
export function withoutAddresses(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/[^\s<>"',;]+@[^\s<>"',;]+/g, '[address]')
    .replace(/\s+/g, ' ')
    .slice(0, MAX_REASON);
}
