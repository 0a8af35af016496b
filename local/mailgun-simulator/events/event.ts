import { hashOf } from '../model/chance';
import type { Happening } from '../model/happenings';
import { recipientOf, type Message } from '../messages/message';

/**
 * Something that happens to one recipient's copy of a message. Planned when the message is taken,
 * it gets its number when it happens. Compact: its JSON is written anew each time it is asked for.
 */
export interface MailEvent {
  readonly message: Message;
  /** Place of the recipient in the message. */
  readonly index: number;
  readonly happening: Happening;
  /** How many times this has happened to this recipient before, plus one. */
  readonly occurrence: number;
  /** When it happens; milliseconds since the Unix epoch, UTC. */
  atMs: number;
  /** Place in the log; -1 until it happened. */
  sequence: number;
}

/**
 * A number that decides which of Mailgun's shapes an event's JSON has. Depends on seed, recipient
 * and happening alone, so the same event has the same shape in every run.
 */
export function shapeOf(seed: number, event: MailEvent): number {
  const { address } = recipientOf(event.message, event.index);
  return hashOf(`${String(seed)}\n${address}\n${event.happening}\n${String(event.occurrence)}`);
}
