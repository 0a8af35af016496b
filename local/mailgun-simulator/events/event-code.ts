import { HAPPENINGS, type Happening } from '../model/happenings';
import type { MailEvent } from './event';

/** Mailgun takes 1,000 recipients in a call. */
const PLACES = 1024;
const KINDS = 32;
const OCCURRENCES = 64;

const KIND_OF = new Map(HAPPENINGS.map((happening, kind) => [happening, kind]));

/** What an event is about, read from its code. */
export interface CodedEvent {
  /** Number of the message. */
  readonly number: number;
  readonly index: number;
  readonly happening: Happening;
  readonly occurrence: number;
}

/**
 * Writes what an event is about as one whole number, which a column of numbers holds in 8 bytes.
 *
 * @throws {Error} where it does not fit, which no message within Mailgun's limits brings about.
 */
export function codeOf({
  message,
  index,
  happening,
  occurrence,
}: Pick<MailEvent, 'message' | 'index' | 'happening' | 'occurrence'>): number {
  const kind = KIND_OF.get(happening) ?? KINDS;
  if (message.number < 0 || index >= PLACES || kind >= KINDS || occurrence >= OCCURRENCES) {
    throw new Error(`an event of ${happening} at place ${String(index)} has no code`);
  }
  return ((message.number * PLACES + index) * KINDS + kind) * OCCURRENCES + occurrence;
}

/** The codes of all events of one recipient of one message: from the first to before the second. */
export function codesOf(number: number, index: number): readonly [from: number, to: number] {
  const recipient = number * PLACES + index;
  return [recipient * KINDS * OCCURRENCES, (recipient + 1) * KINDS * OCCURRENCES];
}

/** Reads what {@link codeOf} wrote. */
export function decoded(code: number): CodedEvent {
  const kinds = Math.floor(code / OCCURRENCES);
  const places = Math.floor(kinds / KINDS);
  return {
    number: Math.floor(places / PLACES),
    index: places % PLACES,
    happening: HAPPENINGS[kinds % KINDS] ?? 'accepted',
    occurrence: code % OCCURRENCES,
  };
}
