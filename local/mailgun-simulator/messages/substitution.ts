import type { Mailbox } from './addresses';

/** Variables of each recipient of a batch, by lower-cased address. */
export type RecipientVariables = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const PLACEHOLDER = /%recipient(?:\.([\p{L}\p{N}_.-]+)|_(email|name|fname|lname))?%/gu;

/**
 * Reads the `recipient-variables` parameter.
 *
 * @returns `undefined` when it is not a JSON object of objects.
 */
export function readRecipientVariables(text: string): RecipientVariables | undefined {
  const parsed = parsedObject(text);
  if (parsed === undefined) return undefined;

  const variables = new Map<string, Readonly<Record<string, unknown>>>();
  for (const [address, values] of Object.entries(parsed)) {
    if (!isObject(values)) return undefined;
    variables.set(address.toLowerCase(), values);
  }
  return variables;
}

/** Parses a JSON object; `undefined` for anything else. Never throws. */
export function parsedObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Names of the `%recipient.name%` placeholders in some texts. */
export function placeholdersIn(texts: Iterable<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of texts) {
    if (!text.includes('%recipient.')) continue;
    for (const [, name] of text.matchAll(PLACEHOLDER)) {
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

/**
 * Fills a recipient's values into a text. A placeholder without a value stays as it is, and the
 * recipient reads it.
 */
export function substitute(
  text: string,
  mailbox: Mailbox,
  variables: Readonly<Record<string, unknown>> | undefined,
): string {
  if (!text.includes('%recipient')) return text;

  return text.replace(PLACEHOLDER, (placeholder, name?: string, predefined?: string) => {
    if (name !== undefined) return valueOf(variables, name) ?? placeholder;
    if (predefined === 'email') return mailbox.address;
    if (predefined === undefined) {
      return mailbox.name === '' ? mailbox.address : `${mailbox.name} <${mailbox.address}>`;
    }
    const names = mailbox.name.split(/\s+/);
    if (predefined === 'name') return mailbox.name;
    return (predefined === 'fname' ? names[0] : names.slice(1).join(' ')) ?? '';
  });
}

function valueOf(
  variables: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  if (variables === undefined || !Object.hasOwn(variables, name)) return undefined;

  const value = variables[name];
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
