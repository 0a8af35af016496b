import type { BatchLedger } from '../books/ledger';
import type { Domain } from '../domains/domain';
import type { Possibilities } from '../model/behaviour';
import type { Mailbox } from './addresses';
import type { RecipientList } from './recipient-list';
import { substitute } from './substitution';

/**
 * A message Mailgun took: one id, up to 1,000 recipients.
 *
 * Keeps no body, and of the recipients' variables only those that events repeat.
 */
export interface Message {
  /** Its place among the messages taken; -1 before it is. */
  number: number;
  /** Without angle brackets. May hold placeholders when the sender's `h:Message-Id` did. */
  readonly id: string;
  readonly domain: Domain;
  /** Milliseconds since the Unix epoch, as are all times here. */
  readonly acceptedAtMs: number;
  /** When Mailgun begins to deliver it. */
  readonly deliverAtMs: number;
  readonly scheduled: boolean;
  readonly from: string;
  readonly subject: string;
  readonly sizeBytes: number;
  readonly tags: readonly string[];
  readonly template: string | undefined;
  readonly testMode: boolean;
  /** First link of the body, or one that stands for it. */
  readonly link: string;
  readonly storageKey: string;
  readonly possible: Possibilities;
  /** Each address once, `to` before `cc` before `bcc`; in batch mode with the values events repeat. */
  readonly recipients: RecipientList;
  /** How many of {@link recipients} are `to`. */
  readonly toCount: number;
  /** Whether each recipient gets a copy of their own. */
  readonly batchMode: boolean;
  /** The `v:` variables before substitution; `undefined` when none were sent. */
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly ledger: BatchLedger;
  /** When each recipient's copy was delivered; 0 before. */
  readonly deliveredAtMs: Float64Array;
  /** Recipients whose turn came and who were not suppressed; grows when it is delivered. */
  emailed: number;
  suppressed: number;
  /** Deleted from the queue before its time came. */
  cancelled: boolean;
}

/** Longest `user-variables` that events carry whole, in bytes of JSON. */
const MAX_VARIABLES_BYTES = 4096;

/** A recipient of a message, by their place in it. */
export function recipientOf(message: Message, index: number): Mailbox {
  return message.recipients.at(index);
}

/** A text of a message as one recipient gets it. */
export function personalText(message: Message, index: number, text: string): string {
  if (!message.batchMode || !text.includes('%recipient')) return text;
  return substitute(text, recipientOf(message, index), message.recipients.values(index));
}

/** The `To` header one recipient reads. */
export function visibleTo(message: Message, index: number): string {
  if (message.batchMode) {
    return recipientOf(message, index < message.toCount ? index : 0).address;
  }
  return Array.from(
    { length: message.toCount },
    (_, place) => recipientOf(message, place).address,
  ).join(', ');
}

/**
 * The `v:` variables as one recipient's events carry them.
 *
 * @returns `undefined` when the message has none; a sentence instead of an object when they are
 *   too long.
 */
export function userVariables(
  message: Message,
  index: number,
): Readonly<Record<string, unknown>> | string | undefined {
  if (message.variables === undefined) return undefined;

  const personal: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(message.variables)) {
    personal[name] = typeof value === 'string' ? personalText(message, index, value) : value;
  }
  if (Buffer.byteLength(JSON.stringify(personal)) > MAX_VARIABLES_BYTES) {
    return 'Could not load user-variables. They were either truncated or invalid JSON';
  }
  return personal;
}
