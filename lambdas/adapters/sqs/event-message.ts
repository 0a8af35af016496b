import * as z from 'zod';
import type { AuthenticEvent } from '../../core/delivery-event/authentic-event';
import { PermanentError } from '../../core/errors';
import { nestsDeeperThan } from '../../core/json';
import { MAX_DEPTH } from '../../core/webhook/webhook-call';
import { sqsJson } from './sqs-text';

const messageSchema = z.object({
  version: z.literal(1),
  token: z.string().min(1).max(128),
  signedAtMs: z.number().int().nonnegative(),
  receivedAtMs: z.number().int().nonnegative(),
  eventData: z.custom<AuthenticEvent['eventData']>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
});

/** Writes the body of a message on the event queue. */
export function writeEventMessage(event: AuthenticEvent): string {
  return sqsJson({ version: 1, ...event });
}

/**
 * Reads the body of a message on the event queue.
 *
 * @throws {PermanentError} `malformed-event` for what no version of this project writes;
 *   `unknown-version` for what another version may have written.
 */
export function readEventMessage(body: string): AuthenticEvent {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The syntax error quotes the body.
    throw new PermanentError('malformed-event', 'the body of the message is not JSON');
  }

  // Whoever walks the event later does so by recursion.
  if (nestsDeeperThan(value, MAX_DEPTH)) {
    throw new PermanentError('malformed-event', 'the message is nested too deep');
  }
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) {
    const { token, signedAtMs, receivedAtMs, eventData } = parsed.data;
    return { token, signedAtMs, receivedAtMs, eventData };
  }
  const fields = parsed.error.issues.map(({ path }) => path[0]?.toString() ?? 'body');
  if (fields.includes('version') && typeof versionOf(value) === 'number') {
    throw new PermanentError('unknown-version', 'the message has a version other than 1');
  }
  throw new PermanentError('malformed-event', `the message has wrong fields: ${fields.join(', ')}`);
}

const versionOf = (value: unknown): unknown => (value as { version?: unknown } | null)?.version;
