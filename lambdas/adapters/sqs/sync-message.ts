import * as z from 'zod';
import { PermanentError } from '../../core/errors';
import { SYNC_LISTS, type SyncRequest } from '../../core/suppression/sync-request';

const count = z.number().int().nonnegative();
const list = z.enum(SYNC_LISTS);

const messageSchema = z.object({
  version: z.literal(1),
  domain: z.string().min(1).max(253),
  startedAtMs: count,
  step: z.enum([...SYNC_LISTS, 'sweep']),
  place: z.string().max(8_192).optional(),
  pages: count,
  waits: count,
  notBeforeMs: count.optional(),
  unread: z.array(z.object({ list, reason: z.string().max(256) })).max(SYNC_LISTS.length),
  counts: z.object({ entries: count, unmailable: count, written: count, removed: count }),
});

/** Writes the body of a message on the queue of syncs. */
export function writeSyncMessage(request: SyncRequest): string {
  return JSON.stringify({ version: 1, ...request });
}

/**
 * Reads the body of a message on the queue of syncs.
 *
 * @throws {PermanentError} `malformed-sync` for what no version of this project writes.
 */
export function readSyncMessage(body: string): SyncRequest {
  const parsed = messageSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.'));
    throw malformed(`the message has wrong fields: ${fields.join(', ')}`);
  }
  const { version: _version, ...request } = parsed.data;
  return request;
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The syntax error quotes the body.
    throw malformed('the body of the message is not JSON');
  }
}

const malformed = (message: string) => new PermanentError('malformed-sync', message);
