import type * as z from 'zod';

type Issue = z.core.$ZodIssue;

// What stands under other paths may be an address or a body, and is never shown.
const SHOWN = new Set(['version', 'campaign.expectedRecipients']);

/**
 * Says what is wrong with a value that a schema refused, one sentence a problem: where, what was
 * received, what is expected.
 *
 * Received is a type and a length, never the value, which may be an address or a body; keys that
 * are no plain identifiers are described the same way.
 *
 * @param input the value that was parsed.
 * @param whole what the value is called where a problem concerns all of it.
 * @returns `recipients[3].name: received text of 300 characters, expected at most 256 characters`.
 *   Never empty, never throws.
 */
export function problemsOf(
  { issues }: Pick<z.core.$ZodError, 'issues'>,
  input: unknown,
  whole = 'request',
): string[] {
  return issues.flatMap((issue) => {
    const at = issue.path.length === 0 ? whole : pathText(issue.path);
    return problems(issue, at, input);
  });
}

function problems(issue: Issue, at: string, input: unknown): string[] {
  const was = received(valueAt(input, issue.path), SHOWN.has(at));

  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at}: received the key ${keyText(key)}, expected no such key`);
  }
  if (issue.code === 'invalid_key') {
    const rules = issue.issues.map((inner) => inner.message).join(' and it ');
    return [`${at}: received it as a key, but a key ${rules}`];
  }
  return [`${at}: received ${was}, expected ${expected(issue)}`];
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'too_big':
      return `at most ${amount(issue.maximum, issue.origin)}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'invalid_union':
      return unionText(issue.errors);
    case 'invalid_format':
      return issue.format === 'datetime'
        ? 'a time in UTC such as 2026-12-01T09:00:00Z'
        : rule(issue);
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return rule(issue);
  }
}

// `must not contain …` reads on as `expected not to contain …`.
const rule = ({ message }: Issue): string =>
  message.replace(/^must not /, 'not to ').replace(/^must /, 'to ');

function unionText(branches: readonly (readonly Issue[])[]): string {
  const choices = branches.map((issues) => issues.map(expected).join(' and '));
  return [...new Set(choices)].join(' or ');
}

function amount(limit: number | bigint, origin: string): string {
  const unit = { string: 'character', array: 'item' }[origin];
  if (unit === undefined) return String(limit);
  return `${String(limit)} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}

function received(value: unknown, shown: boolean): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (shown && (typeof value === 'number' || typeof value === 'string')) {
    return JSON.stringify(value).slice(0, 40);
  }
  if (typeof value === 'string') return `text of ${amount(value.length, 'string')}`;
  if (Array.isArray(value)) return `a list of ${amount(value.length, 'array')}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? keyText(key) : `${text}.${keyText(key)}`;
  }, '');
}

const keyText = (key: PropertyKey): string => {
  const text = String(key);
  return /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : `(a key of ${amount(text.length, 'string')})`;
};

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    input,
  );
}
