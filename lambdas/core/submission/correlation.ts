import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SubmissionKey } from '../campaign/keys';

/**
 * The `v:` variables that tie Mailgun's events to a submission. Mailgun returns them in every
 * event as `user-variables`; `o:suppress-headers` keeps them out of the mail itself.
 */
export interface CorrelationVariables {
  /** `<account>/<campaign>/<batch>` */
  readonly batch: string;
  /** See {@link SubmissionKey.path}. */
  readonly path: string;
  /** Keyed tag over batch and path, 16 hexadecimal digits: nobody else's mail can claim a batch. */
  readonly tag: string;
}

/** Name of the `v:` variable that carries the recipient's `ref`. */
export const REF_VARIABLE = 'ref';

/** Writes the variables of a submission. */
export function correlationVariables(key: string, submission: SubmissionKey): CorrelationVariables {
  const batch = `${submission.accountId}/${submission.campaignId}/${submission.batchId}`;
  return { batch, path: submission.path, tag: tagOf(key, batch, submission.path) };
}

/**
 * Reads the variables of an event.
 *
 * @param variables `user-variables` as they came: any JSON value.
 * @returns the submission, or `undefined` when they are missing, malformed or carry a wrong tag.
 *   Never throws.
 */
export function readCorrelationVariables(
  key: string,
  variables: unknown,
): SubmissionKey | undefined {
  if (typeof variables !== 'object' || variables === null) return undefined;

  const { batch, path, tag } = variables as Record<string, unknown>;
  if (typeof batch !== 'string' || typeof path !== 'string' || typeof tag !== 'string') {
    return undefined;
  }
  const [accountId, campaignId, batchId, ...rest] = batch.split('/');
  if (!accountId || !campaignId || !batchId || rest.length > 0 || !/^\/[01]*$/.test(path)) {
    return undefined;
  }
  if (!equals(tag, tagOf(key, batch, path))) return undefined;

  return { accountId, campaignId, batchId, path };
}

/**
 * The message id a submission is sent under, known before the call so that a lost answer can be
 * looked up. The same submission always has the same id.
 *
 * @param revision raised when an earlier message is known not to exist and another is made.
 * @returns `<32 hexadecimal digits>@<domain>`, without angle brackets.
 */
export function messageIdOf(
  key: string,
  submission: SubmissionKey,
  revision: number,
  domain: string,
): string {
  const { accountId, campaignId, batchId, path } = submission;
  const identity = ['message-id', accountId, campaignId, batchId, path, revision].join('\n');
  return `${createHmac('sha256', key).update(identity).digest('hex').slice(0, 32)}@${domain}`;
}

function tagOf(key: string, batch: string, path: string): string {
  return createHmac('sha256', key).update(`tag\n${batch}\n${path}`).digest('hex').slice(0, 16);
}

function equals(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}
