// SQS takes the characters that XML 1.0 allows, and fails the call for any other one.
const NOT_ALLOWED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * Leaves out what an SQS message or attribute can't hold.
 *
 * @see Amazon SQS API Reference, SendMessage, "MessageBody": the characters allowed.
 */
export function sqsText(text: string): string {
  return text.toWellFormed().replaceAll(NOT_ALLOWED, '');
}

/** The same for JSON text, where an escape keeps the character. */
export function sqsJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    NOT_ALLOWED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
