import type { StandingChange } from '../core/standing/standing';
import { RequestProblem } from './request';

const MAX_LENGTHS = { reason: 500, actor: 128 } as const;

type Field = keyof typeof MAX_LENGTHS;

/**
 * Reads `{"reason": …, "actor": …}`, the body of every change.
 *
 * @param atMs now; milliseconds since the Unix epoch, UTC.
 * @throws {RequestProblem} 400 with the field, what was received and what was expected.
 */
export function readStandingChange(body: string | undefined, atMs: number): StandingChange {
  const fields = readObject(body);
  const unknown = Object.keys(fields).filter((field) => !(field in MAX_LENGTHS));
  if (unknown.length > 0) {
    throw malformed(`received ${unknown.length} other fields, expected reason and actor only`);
  }
  const reason = readLine(fields, 'reason');
  // A reason is shown and passed on; a recipient's address must not travel with it.
  if (/\S@\S/.test(reason)) throw malformed('reason: received an address, expected a text without');

  return { reason, actor: readLine(fields, 'actor'), atMs };
}

function readObject(body: string | undefined): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body ?? '');
  } catch {
    // The parser's message quotes what it could not parse.
    value = undefined;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw malformed(
    `received ${body?.length ?? 0} characters that are not a JSON object, expected {"reason": "…", "actor": "…"}`,
  );
}

function readLine(fields: Readonly<Record<string, unknown>>, field: Field): string {
  const value = fields[field];
  const text = typeof value === 'string' ? value.trim() : '';
  if (text.length > 0 && text.length <= MAX_LENGTHS[field] && !/\p{Cc}/u.test(text)) return text;

  const received = typeof value === 'string' ? `${value.length} characters` : typeof value;
  throw malformed(
    `${field}: received ${received}, expected one line of 1 to ${MAX_LENGTHS[field]} characters`,
  );
}

function malformed(message: string): RequestProblem {
  return new RequestProblem(400, 'malformed-body', message);
}
