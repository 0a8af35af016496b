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

// Emulators of SQS take no surrogate pairs either: an emoji in a subject would never get in.
const ESCAPED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/g;

/** The same for JSON text, where an escape keeps the character. */
export function sqsJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    ESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
