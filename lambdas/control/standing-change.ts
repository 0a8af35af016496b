import type { DoubtDecision, StandingChange } from '../core/standing/standing';
import { RequestProblem } from './request';

/** Most characters of a reason, and of an actor's name. */
const MAX_LENGTH = 256;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads `{"reason": …, "actor": …}`, the body of every change.
 *
 * @param atMs now; milliseconds since the Unix epoch, UTC.
 * @throws {RequestProblem} 400 with the field, what was received and what was expected.
 */
export function readStandingChange(body: string | undefined, atMs: number): StandingChange {
  const fields = readObject(body, ['reason', 'actor']);
  return { reason: readLine(fields, 'reason'), actor: readLine(fields, 'actor'), atMs };
}

/** The same with `decision`, which is `resend` or `accept`. */
export function readDoubtDecision(
  body: string | undefined,
  atMs: number,
): StandingChange & Pick<DoubtDecision, 'decision'> {
  const fields = readObject(body, ['decision', 'reason', 'actor']);
  const { decision } = fields;
  if (decision !== 'resend' && decision !== 'accept') {
    throw malformed(`decision: received another ${typeof decision}, expected resend or accept`);
  }
  return { decision, reason: readLine(fields, 'reason'), actor: readLine(fields, 'actor'), atMs };
}

function readObject(body: string | undefined, names: readonly string[]): Fields {
  let value: unknown;
  try {
    value = JSON.parse(body ?? '');
  } catch {
    // The parser's message quotes what it could not parse.
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const example = `{${names.map((name) => `"${name}": "…"`).join(', ')}}`;
    throw malformed(
      `received ${body?.length ?? 0} characters that are not a JSON object, expected ${example}`,
    );
  }
  const unknown = Object.keys(value).filter((field) => !names.includes(field));
  if (unknown.length > 0) {
    throw malformed(
      `received ${unknown.length} other fields, expected ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} only`,
    );
  }
  return value as Fields;
}

function readLine(fields: Fields, field: 'reason' | 'actor'): string {
  const value = fields[field];
  const text = typeof value === 'string' ? value.trim() : '';
  const isLine = text.length > 0 && text.length <= MAX_LENGTH && !/\p{Cc}/u.test(text);
  if (!isLine) {
    const received = typeof value === 'string' ? `${value.length} characters` : typeof value;
    throw malformed(
      `${field}: received ${received}, expected one line of 1 to ${MAX_LENGTH} characters`,
    );
  }
  // It is shown, passed on and kept: nobody's address must travel with it.
  if (/\S@\S/.test(text)) {
    throw malformed(`${field}: received an address, expected a text without`);
  }
  return text;
}

function malformed(message: string): RequestProblem {
  return new RequestProblem(400, 'malformed-body', message);
}
