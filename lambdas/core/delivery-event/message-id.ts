// Ours are 32 hexadecimal digits, Mailgun's a time and then numbers or hexadecimal parts.
const KNOWN_SHAPE = /^(?:[0-9a-f]{32}|\d{14}(?:\.[0-9a-f]{1,32}){1,3})@[a-z0-9.-]{1,222}$/i;

/**
 * A message id in a form that can be stored. Whoever sent mail that is not ours chose its ids, and
 * may have put an address into them.
 *
 * @param messageId without angle brackets.
 * @returns the id if its shape is one of ours or of Mailgun's, else `undefined`. Never throws.
 */
export function storableMessageId(messageId: string | undefined): string | undefined {
  return messageId !== undefined && KNOWN_SHAPE.test(messageId) ? messageId : undefined;
}
