import { createHmac } from 'node:crypto';

/**
 * Tells one content of a batch from another, however its JSON is laid out.
 *
 * @param key keeps a digest of few recipients from being guessed.
 * @param content a JSON value; properties that are `undefined` count as absent.
 * @returns HMAC-SHA256 over the canonical form, 64 hexadecimal digits.
 */
export function contentDigest(key: string, content: unknown): string {
  return createHmac('sha256', key)
    .update(`content\n${canonical(content)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);

  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`;
}
