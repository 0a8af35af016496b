import { problemsOf } from '../../client/problems';
import { sendRequestSchema, type SendRequest } from '../../client/send-request';
import { PermanentError } from '../core/errors';
import { nestsDeeperThan } from '../core/json';

/** Nesting of objects and lists; only a template's variables need any at all. */
const MAX_DEPTH = 32;

/** Problems named in one reason; a batch of 1,000 bad recipients has more than anyone reads. */
const MAX_PROBLEMS = 5;

/**
 * Reads a send request.
 *
 * @throws {PermanentError} `malformed-json`, `unsupported-version` or `malformed-request`, with what
 *   was received and what was expected; never with a value out of the request.
 */
export function parseRequest(body: string): SendRequest {
  const value = parseJson(body);
  if (nestsDeeperThan(value, MAX_DEPTH)) {
    throw new PermanentError(
      'malformed-request',
      `request: received values nested more than ${MAX_DEPTH} deep, expected fewer`,
    );
  }
  const version =
    typeof value === 'object' && value !== null
      ? (value as { version?: unknown }).version
      : undefined;
  if (typeof version === 'number' && version !== 1) {
    throw new PermanentError(
      'unsupported-version',
      `version: received ${version}, expected 1; a newer sender may read it`,
    );
  }
  const parsed = sendRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;

  const problems = problemsOf(parsed.error, value);
  const more = problems.length > MAX_PROBLEMS ? `; and ${problems.length - MAX_PROBLEMS} more` : '';
  throw new PermanentError(
    'malformed-request',
    `${problems.slice(0, MAX_PROBLEMS).join('; ')}${more}`,
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The engine's own message quotes what it could not read.
    throw new PermanentError(
      'malformed-json',
      `body: received ${body.length} characters that are no JSON, expected a send request`,
    );
  }
}
