/** What stands for a word that is withheld. */
const WITHHELD = 'withheld';

/** Longest word kept. */
const MAX_LENGTH = 64;

// A text with any other character may hold an address, plain or encoded, and what is left of one
// after its `@` was replaced still says whose it is.
const PLAIN = /^[\w. -]*$/;

/**
 * A word of Mailgun's, such as a reason or the name of an event, in a form that can be stored: the
 * sets of them are open, and a text that quotes a receiver may stand in their place.
 *
 * @returns letters, digits, `_`, `.` and `-`, at most 64; `withheld` for what is not made of plain
 *   words. Never throws.
 */
export function storableWord(text: string): string {
  return PLAIN.test(text) ? text.slice(0, MAX_LENGTH).replaceAll(' ', '_') : WITHHELD;
}
