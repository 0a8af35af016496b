import type * as z from 'zod';
import { problemsOf } from '../../client/problems';
import {
  MAX_RECIPIENTS,
  sendRequestSchema,
  type Recipient,
  type SendRequest,
} from '../../client/send-request';
import { PermanentError } from '../core/errors';
import { nestsDeeperThan, objectOf, type JsonObject } from '../core/json';

/** Nesting of objects and lists; only a template's variables need any at all. */
const MAX_DEPTH = 32;

/** Problems named in one reason; a batch of 1,000 bad recipients has more than anyone reads. */
const MAX_PROBLEMS = 5;

/** Stands where a recipient breaks a rule: it has no address, so it is invalid and never mailed. */
const NOBODY: Recipient = { email: '' };

/** A send request as it is worked on. */
export interface ReadRequest extends SendRequest {
  /**
   * The recipients as they came, those who break a rule included. What tells one content from
   * another must not change with the rules.
   */
  readonly recipientsAsSent: readonly unknown[];
  /** Which rules single recipients break, if any do: place, received and expected; a few of them. */
  readonly recipientProblems?: readonly string[];
}

/**
 * Reads a send request.
 *
 * A value that breaks a rule for one recipient makes that recipient invalid, as an address that is
 * none does. What concerns more than one, such as a field or a variable nobody knows, makes the
 * request malformed.
 *
 * @throws {PermanentError} `malformed-json`, `unsupported-version` or `malformed-request`, with what
 *   was received and what was expected; never with a value out of the request.
 */
export function parseRequest(body: string): ReadRequest {
  const value = parseJson(body);
  checkShape(value);

  const parsed = sendRequestSchema.safeParse(value);
  if (parsed.success) return { ...parsed.data, recipientsAsSent: recipientsIn(value) };

  const ofAll = parsed.error.issues.filter((issue) => !isOfOneRecipient(issue));
  if (ofAll.length > 0) throw malformed(problemsOf({ issues: ofAll }, value));

  const broken = new Set(parsed.error.issues.map(({ path }) => path[1]));
  const recipients = recipientsIn(value).map((one, at) => (broken.has(at) ? NOBODY : one));
  const request = sendRequestSchema.parse({ ...objectOf(value), recipients });
  const recipientProblems = problemsOf(parsed.error, value).slice(0, MAX_PROBLEMS);
  return { ...request, recipientsAsSent: recipientsIn(value), recipientProblems };
}

/** What would cost more than a moment to check, or has rules of its own. */
function checkShape(value: unknown): void {
  if (nestsDeeperThan(value, MAX_DEPTH)) {
    throw malformed([
      `request: received values nested more than ${MAX_DEPTH} deep, expected fewer`,
    ]);
  }
  const version = objectOf(value)?.version;
  if (typeof version === 'number' && version !== 1) {
    throw new PermanentError(
      'unsupported-version',
      `version: received ${version}, expected 1; a newer sender may read it`,
    );
  }
  const { length } = recipientsIn(value);
  if (length > MAX_RECIPIENTS) {
    throw malformed([
      `recipients: received a list of ${length} items, expected at most ${MAX_RECIPIENTS} items`,
    ]);
  }
}

/**
 * Whether a broken rule concerns one recipient alone. Not one about names: a field that has another
 * name is a mistake of the producer's, and every recipient of a batch has the same variables.
 */
function isOfOneRecipient({ code, path }: z.core.$ZodIssue): boolean {
  const [field, position, ...inside] = path;
  if (field !== 'recipients' || typeof position !== 'number') return false;
  return inside.length > 0 && code !== 'unrecognized_keys' && code !== 'invalid_key';
}

function recipientsIn(value: unknown): readonly unknown[] {
  const { recipients }: JsonObject = objectOf(value) ?? {};
  return Array.isArray(recipients) ? recipients : [];
}

function malformed(problems: readonly string[]): PermanentError {
  const more = problems.length > MAX_PROBLEMS ? `; and ${problems.length - MAX_PROBLEMS} more` : '';
  return new PermanentError(
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
