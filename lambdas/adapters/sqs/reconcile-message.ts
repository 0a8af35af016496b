import * as z from 'zod';
import { PermanentError } from '../../core/errors';
import type { ReconcileRequest } from '../../core/reconciliation/reconcile-request';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const timeMs = z.number().int().nonnegative();

const messageSchema = z.object({
  version: z.literal(1),
  accountId: id,
  campaignId: id,
  batchId: id,
  path: z.string().regex(/^\/[01]{0,64}$/),
  domain: z.string().min(1).max(253),
  messageId: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  attempt: z.number().int().positive(),
  calledAtMs: timeMs,
  deliversFromMs: timeMs,
});

/** Writes the body of a message on the reconcile queue. */
export function writeReconcileMessage(request: ReconcileRequest): string {
  return JSON.stringify({ version: 1, ...request });
}

/**
 * Reads the body of a message on the reconcile queue.
 *
 * @throws {PermanentError} `malformed-reconcile-request` for what no version of this project writes;
 *   `unknown-version` for what another version may have written.
 */
export function readReconcileMessage(body: string): ReconcileRequest {
  const value = parseJson(body);
  const parsed = messageSchema.safeParse(value);
  if (parsed.success) {
    const { version: _version, ...request } = parsed.data;
    return request;
  }
  const fields = parsed.error.issues.map(({ path }) => path[0]?.toString() ?? 'body');
  const { version } = (value ?? {}) as { version?: unknown };
  if (fields.includes('version') && typeof version === 'number') {
    throw new PermanentError('unknown-version', 'the message has a version other than 1');
  }
  throw malformed(`the message has wrong fields: ${fields.join(', ')}`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The syntax error quotes the body.
    throw malformed('the body of the message is not JSON');
  }
}

const malformed = (message: string) => new PermanentError('malformed-reconcile-request', message);
