import * as z from 'zod';
import { PermanentError } from '../../core/errors';
import type { GuardSubject } from '../../core/guard/guard-record';
import type { GuardRequest } from '../../core/guard/guard-requests';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const campaign = { accountId: id, campaignId: id };

const messageSchema = z.union([
  z.object({ version: z.literal(1), sweepAfter: z.object(campaign) }),
  z.object({
    version: z.literal(1),
    accountId: id,
    /** Left out where it is about the account. */
    campaignId: id.optional(),
    dueAtMs: z.number().int().nonnegative().optional(),
  }),
]);

/** Writes the body of a message on the guard queue. */
export function writeGuardMessage(request: GuardRequest): string {
  if (request.request === 'sweep') {
    return JSON.stringify({ version: 1, sweepAfter: request.after });
  }
  const { subject, dueAtMs } = request;
  const whom =
    subject.subject === 'campaign'
      ? { accountId: subject.campaign.accountId, campaignId: subject.campaign.campaignId }
      : { accountId: subject.accountId };
  return JSON.stringify({ version: 1, ...whom, dueAtMs });
}

/**
 * Reads the body of a message on the guard queue.
 *
 * @throws {PermanentError} `malformed-guard-request` for what no version of this project writes.
 */
export function readGuardMessage(body: string): GuardRequest {
  const parsed = messageSchema.safeParse(parseJson(body));
  if (!parsed.success) throw malformed('the message is none of the requests that are known');
  if ('sweepAfter' in parsed.data) return { request: 'sweep', after: parsed.data.sweepAfter };

  const { accountId, campaignId, dueAtMs } = parsed.data;
  const subject: GuardSubject =
    campaignId === undefined
      ? { subject: 'account', accountId }
      : { subject: 'campaign', campaign: { accountId, campaignId } };
  return { request: 'evaluate', subject, ...(dueAtMs !== undefined && { dueAtMs }) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The syntax error quotes the body.
    throw malformed('the body of the message is not JSON');
  }
}

const malformed = (message: string) => new PermanentError('malformed-guard-request', message);
