import { numberOf, objectOf, textOf, type JsonObject } from '../json';
import {
  deadMailbox,
  fullMailbox,
  policyBlock,
  rateLimit,
  refusedSender,
} from './provider-answers';
import { storableWord } from './provider-word';

/** Why a copy of a message was not delivered. */
export type FailureCause =
  /** Mailgun tries again by itself. */
  | 'temporary'
  /** The address does not exist, or no longer takes mail. */
  | 'dead-mailbox'
  /** Mailgun did not try: the address is on its bounce, complaint or unsubscribe list. */
  | 'suppressed-bounce'
  | 'suppressed-complaint'
  | 'suppressed-unsubscribe'
  /** The receiver refused this sender or this content. Says nothing about the mailbox. */
  | 'blocked'
  | 'mailbox-full'
  /** Mailgun tried for 8 hours. */
  | 'expired'
  /** The domain has no mail server, or none that answers. */
  | 'unreachable'
  | 'other';

/** What is known of a delivery that failed. */
export interface DeliveryFailure {
  readonly cause: FailureCause;
  /** Mailgun's word for it, of an open set: see {@link storableWord}. */
  readonly reason: string | undefined;
  /** SMTP code of the receiver, or Mailgun's own (498 and up to 680). */
  readonly code: number | undefined;
  /** Enhanced status code (RFC 3463), such as `5.1.1`. */
  readonly enhancedCode: string | undefined;
  /** It came back after the message had been delivered. */
  readonly delayed: boolean;
}

/** The evidence a permanent failure is judged by. */
export interface FailureEvidence {
  readonly reason: string | undefined;
  readonly code: number | undefined;
  readonly enhancedCode: string | undefined;
  readonly bounceType: string | undefined;
  /** What the receiver said, or Mailgun; at most 1,000 characters. */
  readonly text: string;
}

const SUPPRESSED_BY_CODE: ReadonlyMap<number, FailureCause> = new Map([
  [605, 'suppressed-bounce'],
  [606, 'suppressed-unsubscribe'],
  [607, 'suppressed-complaint'],
]);

const CAUSE_BY_REASON: ReadonlyMap<string, FailureCause> = new Map([
  ['suppress-bounce', 'suppressed-bounce'],
  ['suppress-unsubscribe', 'suppressed-unsubscribe'],
  ['suppress-complaint', 'suppressed-complaint'],
  ['old', 'expired'],
  ['espblock', 'blocked'],
  ['blacklisted', 'blocked'],
  ['spam', 'blocked'],
  ['virus', 'blocked'],
  ['ratelimit', 'blocked'],
  ['overquota', 'mailbox-full'],
]);

// RFC 3463 and RFC 7505. Not 5.1.7 and 5.1.8, which are about the sender's address, and not 5.1.0
// and 5.5.0, which say nothing by themselves.
const DEAD_MAILBOX_CODES: ReadonlySet<string> = new Set([
  '5.1.1',
  '5.1.2',
  '5.1.3',
  '5.1.6',
  '5.1.10',
  '5.2.1',
]);

const MAX_TEXT_LENGTH = 1_000;
// Not the version of a program (`v5.1.1`, `Exim-5.1.1`, `version 5.1.1`), nor part of an address of a
// network; `550-5.1.1` is a code, in an answer of several lines.
const ENHANCED_CODE =
  /(?<![\w.]|[a-z][-/]|\b(?:v|ver|version|release)[. ])[245]\.\d{1,3}\.\d{1,3}(?!\w|\.\d)/i;

/**
 * Reads what went wrong from an event.
 *
 * @param permanent whether Mailgun gave up.
 * @returns a cause for every input. Never throws.
 */
export function readFailure(eventData: JsonObject, permanent: boolean): DeliveryFailure {
  const status = objectOf(eventData['delivery-status']) ?? {};
  const text = [status.message, status.description]
    .flatMap((part) => textOf(part) ?? [])
    .join(' ')
    .slice(0, MAX_TEXT_LENGTH);
  const evidence: FailureEvidence = {
    reason: textOf(eventData.reason)?.toLowerCase(),
    code: smtpCode(status.code),
    enhancedCode: enhancedCode(status, text),
    bounceType: textOf(status['bounce-type'])?.toLowerCase(),
    text,
  };

  return {
    cause: permanent ? causeOfPermanentFailure(evidence) : 'temporary',
    reason: evidence.reason === undefined ? undefined : storableWord(evidence.reason),
    code: evidence.code,
    enhancedCode: evidence.enhancedCode,
    delayed: objectOf(eventData.flags)?.['is-delayed-bounce'] === true,
  };
}

/**
 * Decides why Mailgun gave up. A mailbox is dead only on positive evidence: Mailgun's `bounce` also
 * covers receivers that block the sender, and a recipient suppressed by mistake is lost for good.
 */
export function causeOfPermanentFailure(evidence: FailureEvidence): FailureCause {
  const { reason = '', code = 0, enhancedCode: enhanced = '', text } = evidence;
  const suppressed = SUPPRESSED_BY_CODE.get(code);
  if (suppressed !== undefined) return suppressed;
  const named = CAUSE_BY_REASON.get(reason);
  if (named !== undefined) return named;
  if (code === 602) return 'expired';
  if (code === 498 || code === 499) return 'unreachable';

  if (enhanced.startsWith('5.7.') || rateLimit.test(text) || refusedSender.test(text)) {
    return 'blocked';
  }
  if (DEAD_MAILBOX_CODES.has(enhanced)) return 'dead-mailbox';
  if (enhanced.endsWith('.2.2') || fullMailbox.test(text)) return 'mailbox-full';
  // A temporary code that Mailgun gave up on: the last of a series of deferrals.
  if (enhanced.startsWith('4.') || (code >= 400 && code < 500)) return 'expired';
  if (policyBlock.test(text)) return 'blocked';
  if (deadMailbox.test(text)) return 'dead-mailbox';
  if (reason === 'bounce' && evidence.bounceType === 'hard') return 'dead-mailbox';

  return 'other';
}

function smtpCode(value: unknown): number | undefined {
  const code = numberOf(value);
  return code !== undefined && Number.isInteger(code) && code >= 100 && code <= 999
    ? code
    : undefined;
}

/** Its own field first; a delayed bounce has it as `bounce-code`; else where the text has one. */
function enhancedCode(status: JsonObject, text: string): string | undefined {
  const fields = [status['enhanced-code'], status['bounce-code']].flatMap((f) => textOf(f) ?? []);
  for (const field of [...fields, text]) {
    const [found] = ENHANCED_CODE.exec(field) ?? [];
    if (found !== undefined) return found;
  }
  return undefined;
}
