import type { Message, Recipient } from '../../client/send-request';
import { REF_KEY } from './message-options';

// Also with names that no key can have: they too must not be mailed as they stand.
const PLACEHOLDER = /%recipient\.([^%\r\n]{1,128})%/g;
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;
// Mailgun would replace it, and nobody promises that it replaces only once.
const PLACEHOLDER_START = /%(recipient|unsubscribe|tag_unsubscribe|mailing_list)/i;

/** Which variables a message uses, and where a value must be harmless. */
export interface VariableUse {
  /** Every key that any recipient has or the message names: each recipient gets all of them. */
  readonly keys: readonly string[];
  /** Keys that reach a header line. */
  readonly inHeaders: ReadonlySet<string>;
}

/** Finds the variables of a batch. Every call of the batch names the same keys. */
export function variableUse(message: Message, recipients: readonly Recipient[]): VariableUse {
  const { text, html, ampHtml, template } = message;
  const inHeaders = new Set(headerTexts(message).flatMap(placeholdersIn));
  const inBodies = [text, html, ampHtml, JSON.stringify(template?.variables)]
    .filter((part) => part !== undefined)
    .flatMap(placeholdersIn);
  const given = recipients.flatMap(({ variables }) => Object.keys(variables ?? {}));
  return { keys: [...new Set([...given, ...inHeaders, ...inBodies])], inHeaders };
}

/**
 * Whether a recipient's own text could change more than its own words: break a header line, or
 * pull in a value that Mailgun would substitute.
 */
export function isUnfit(
  { name = '', ref = '', variables = {} }: Recipient,
  use: VariableUse,
): boolean {
  if (PLACEHOLDER_START.test(name) || PLACEHOLDER_START.test(ref)) return true;

  return Object.entries(variables).some(
    ([key, value]) =>
      typeof value === 'string' &&
      (PLACEHOLDER_START.test(value) || (use.inHeaders.has(key) && CONTROL_CHARACTER.test(value))),
  );
}

/**
 * One recipient's entry in `recipient-variables`: every key, so that no placeholder is ever mailed
 * as it stands. A key the recipient has no value for is the empty string.
 */
export function variablesOf(
  { ref, variables = {} }: Recipient,
  { keys }: VariableUse,
  hasRefs: boolean,
): Record<string, string | number | boolean | undefined> {
  const own = keys.map(
    (key) => [key, Object.hasOwn(variables, key) ? variables[key] : ''] as const,
  );
  return { ...Object.fromEntries(own), ...(hasRefs ? { [REF_KEY]: ref ?? '' } : {}) };
}

function headerTexts({ from, replyTo, subject, headers, unsubscribe }: Message): string[] {
  const url = typeof unsubscribe === 'object' ? unsubscribe.url : undefined;
  return [from, replyTo, subject, url, ...Object.values(headers ?? {})].filter(
    (text) => text !== undefined,
  );
}

function placeholdersIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, key]) => key ?? '');
}
