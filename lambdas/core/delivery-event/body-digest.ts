import { createHash } from 'node:crypto';
import { objectOf, type JsonObject } from '../json';

/** Length of a body digest. */
export const BODY_DIGEST_BYTES = 16;

/**
 * Stands for the content of an event: the same content in another order of keys has the same
 * digest. Mailgun's signature does not cover the body, so this tells a call that is repeated from
 * a signature that is used again for something else.
 *
 * @param eventData nested no deeper than a webhook call may be.
 * @returns the first 16 bytes of SHA-256.
 */
export function bodyDigest(eventData: JsonObject): Buffer {
  const text = JSON.stringify(canonical(eventData));
  return createHash('sha256').update(text).digest().subarray(0, BODY_DIGEST_BYTES);
}

/** Objects become lists of pairs: a key such as `__proto__` is then data like any other. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', value.map(canonical)];

  const object = objectOf(value);
  if (object === undefined) return value;

  const pairs = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return ['object', pairs.map(([key, entry]) => [key, canonical(entry)])];
}
