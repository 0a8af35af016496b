import * as z from 'zod';
import type { ParkedPayload } from '../../core/batch/parked-batches';
import { PermanentError } from '../../core/errors';

const envelopeSchema = z.object({
  version: z.literal(1),
  body: z.string(),
  groupId: z.string().optional(),
  cause: z.enum(['campaign-paused', 'account-suspended', 'domain-blocked', 'aged']),
  parkedAtMs: z.number().int().nonnegative(),
});

/** Writes a parked payload. */
export function writeEnvelope({ body, groupId, cause, parkedAtMs }: ParkedPayload): string {
  return JSON.stringify({ version: 1, body, groupId, cause, parkedAtMs });
}

/** @throws {PermanentError} `unreadable-payload` for what this version can't read. */
export function readEnvelope(text: string): ParkedPayload {
  const parsed = envelopeSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.'));
    throw unreadable(`the parked payload has wrong fields: ${fields.join(', ')}`);
  }
  const { version: _version, groupId, ...payload } = parsed.data;
  return { ...payload, ...(groupId !== undefined && { groupId }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The syntax error quotes the payload.
    throw unreadable('the parked payload is not JSON');
  }
}

const unreadable = (message: string) => new PermanentError('unreadable-payload', message);
