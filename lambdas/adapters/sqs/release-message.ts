import * as z from 'zod';
import { NOTHING_FOUND, type ReleaseRequest } from '../../core/batch/release-request';
import { PermanentError } from '../../core/errors';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const count = z.number().int().nonnegative();

const scopeSchema = z.discriminatedUnion('scope', [
  z.object({ scope: z.literal('campaign'), accountId: id, campaignId: id }),
  z.object({ scope: z.literal('account'), accountId: id }),
  z.object({ scope: z.literal('domain'), domain: z.string().min(1).max(253) }),
  z.object({ scope: z.literal('all') }),
]);

const messageSchema = z.object({
  version: z.literal(1),
  scope: scopeSchema,
  after: z.string().max(1_024).optional(),
  findings: z.object({ unreadable: count, parkedTooLong: count }).default(NOTHING_FOUND),
  tells: z.boolean().default(false),
});

/** Writes the body of a message on the release queue. */
export function writeReleaseMessage(request: ReleaseRequest): string {
  return JSON.stringify({ version: 1, ...request });
}

/**
 * Reads the body of a message on the release queue.
 *
 * @throws {PermanentError} `malformed-release` for what no version of this project writes.
 */
export function readReleaseMessage(body: string): ReleaseRequest {
  const parsed = messageSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.'));
    throw malformed(`the message has wrong fields: ${fields.join(', ')}`);
  }
  const { version: _version, after, ...request } = parsed.data;
  return { ...request, ...(after !== undefined && { after }) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The syntax error quotes the body.
    throw malformed('the body of the message is not JSON');
  }
}

const malformed = (message: string) => new PermanentError('malformed-release', message);
