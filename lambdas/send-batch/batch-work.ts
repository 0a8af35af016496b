import type { BatchContent } from '../core/batch/batch-ledger';
import { contentDigest } from '../core/batch/content-digest';
import { selectAudience, type Audience } from '../core/batch/select-recipients';
import type { BatchKey, SubmissionKey } from '../core/campaign/keys';
import { PermanentError } from '../core/errors';
import { correlationVariables } from '../core/submission/correlation';
import type { MessageFields } from '../core/submission/send-outcome';
import type { PositionRange } from '../core/submission/submission';
import { callBytes, composeMessage, type Addressee } from './compose-message';
import type { SendingDomain } from './environment';
import { messageOptions } from './message-options';
import type { ReadRequest } from './parse-request';
import { isUnfit, variableUse, type VariableUse } from './recipient-variables';

/** A send request with everything that is derived from it. Same request, same derivation. */
export interface BatchWork {
  readonly key: BatchKey;
  readonly request: ReadRequest;
  readonly domain: SendingDomain;
  readonly pepper: string;
  readonly audience: Audience;
  readonly variables: VariableUse;
  /** Whether any recipient has a `ref`. */
  readonly hasRefs: boolean;
}

/**
 * Derives what sending needs, and checks everything that can be checked before a call.
 *
 * @throws {PermanentError} `unknown-domain`, or a limit that the message passes.
 */
export function prepareBatch(
  request: ReadRequest,
  domains: Readonly<Record<string, SendingDomain>>,
  pepper: string,
  nowMs: number,
): BatchWork {
  const { accountId, campaignId, batchId, message, recipients } = request;
  const domain = Object.hasOwn(domains, request.domain) ? domains[request.domain] : undefined;
  if (domain === undefined) {
    throw new PermanentError(
      'unknown-domain',
      `domain: received ${request.domain}, configured are ${Object.keys(domains).join(', ')}`,
    );
  }
  const variables = variableUse(message, recipients);
  const work: BatchWork = {
    key: { accountId, campaignId, batchId },
    request,
    domain,
    pepper,
    audience: selectAudience(
      { pepper, domain: request.domain },
      recipients.map((recipient) => (isUnfit(recipient, variables) ? undefined : recipient.email)),
    ),
    variables,
    hasRefs: recipients.some(({ ref = '' }) => ref !== ''),
  };
  // Composing once for nobody finds every limit that does not depend on the recipients, with the
  // longest path there can be: a batch of 1,000 is halved ten times until single ones are left.
  fieldsOf(work, {
    path: `/${'0'.repeat(10)}`,
    positions: [],
    messageId: `${'0'.repeat(32)}@${request.domain}`,
    nowMs,
  });
  return work;
}

/** What the ledger keeps of a batch. */
export function contentOf({ key, request, audience, pepper }: BatchWork): BatchContent {
  const { domain, message, recipientsAsSent } = request;
  return {
    key,
    domain,
    contentDigest: contentDigest(pepper, { domain, message, recipients: recipientsAsSent }),
    audience: recipientsAsSent.length,
    invalid: audience.invalid,
    duplicate: audience.duplicate,
  };
}

/** Positions of a range that are neither invalid nor duplicates, ascending. */
export function candidatesIn({ audience }: BatchWork, { from, to }: PositionRange): number[] {
  const positions = Array.from({ length: to - from }, (_unused, index) => from + index);
  return positions.filter(
    (position) => !audience.invalid.has(position) && !audience.duplicate.has(position),
  );
}

/** The key of one of a batch's submissions. */
export function submissionOf({ key }: BatchWork, path: string): SubmissionKey {
  return { ...key, path };
}

/** What distinguishes one call from the others of its batch. */
export interface CallInput {
  readonly path: string;
  readonly positions: readonly number[];
  readonly messageId: string;
  readonly nowMs: number;
}

/** @throws {PermanentError} for a limit that the message passes. */
export function fieldsOf(work: BatchWork, call: CallInput): MessageFields {
  const { request, domain, variables, hasRefs, pepper } = work;
  const { message } = request;
  const correlation = correlationVariables(pepper, submissionOf(work, call.path));
  const addressees = call.positions.map((position) => addresseeAt(work, position));
  const { messageId, nowMs } = call;
  const options = messageOptions({ message, domain, correlation, messageId, hasRefs, nowMs });
  return composeMessage({ message, addressees, variables, hasRefs }, options);
}

/** Bytes a call for these positions would have. */
export function bytesOf(work: BatchWork, positions: readonly number[]): number {
  const { request, variables, hasRefs } = work;
  const addressees = positions.map((position) => addresseeAt(work, position));
  return callBytes({ message: request.message, addressees, variables, hasRefs });
}

function addresseeAt({ request, audience }: BatchWork, position: number): Addressee {
  const recipient = request.recipients[position];
  const address = audience.addresses[position];
  if (recipient === undefined || address === undefined) {
    throw new RangeError(`position ${position} has nobody to mail`);
  }
  return { recipient, address };
}
