import type { DeliveryEvent } from '../delivery-event/delivery-event';
import type { SuppressionReason } from './suppression';

/** Why an event ends our right to mail its recipient. */
export interface SuppressionCause {
  readonly reason: SuppressionReason;
  /** Where it is known from: `webhook:` and Mailgun's word for it. */
  readonly cause: string;
  /** Tags it is limited to; `undefined` means every message. */
  readonly tags?: readonly string[];
}

/**
 * Most tags a suppression is limited to. A message has at most 10; what names more is not believed,
 * and the recipient not mailed. A table item could not hold just any number of them.
 */
const MAX_SCOPE = 20;

/** Mailgun's sign for "every tag". */
const EVERY_TAG = '*';

/**
 * Decides whether a delivery event ends our right to mail its recipient.
 *
 * A bounce does, being a dead mailbox by definition; so do a complaint, an unsubscribe, and a
 * refusal by Mailgun because the address is on a list of its own. A deferral, or a refusal of this
 * one message, says nothing about the next. Test mode says nothing at all.
 *
 * @returns `undefined` when the recipient stays mailable. Never throws.
 */
export function suppressionCausedBy(event: DeliveryEvent): SuppressionCause | undefined {
  if (event.testMode) return undefined;
  if (event.type === 'bounced') return { reason: 'bounce', cause: 'webhook:bounced' };
  if (event.type === 'complained') return { reason: 'complaint', cause: 'webhook:complained' };
  if (event.type === 'unsubscribed') {
    return { reason: 'unsubscribe', cause: 'webhook:unsubscribed', ...scopeOf(event.tags) };
  }

  const cause = event.failure?.cause;
  if (cause === 'suppressed-bounce') return { reason: 'bounce', cause: 'webhook:suppress-bounce' };
  if (cause === 'suppressed-complaint') {
    return { reason: 'complaint', cause: 'webhook:suppress-complaint' };
  }
  if (cause === 'suppressed-unsubscribe') {
    // Mailgun does not say whether the recipient left one tag or all. The tags of the message that
    // was refused are what is certain; a message with another tag may still be welcome.
    return { reason: 'unsubscribe', cause: 'webhook:suppress-unsubscribe', ...scopeOf(event.tags) };
  }
  return undefined;
}

function scopeOf(tags: readonly string[]): { readonly tags?: readonly string[] } {
  const limited = tags.length > 0 && tags.length <= MAX_SCOPE && !tags.includes(EVERY_TAG);
  return limited ? { tags } : {};
}
