import type { Clock } from '../clock';
import type { DeadLetters } from '../dead-letter/dead-letters';
import { faultOf, PermanentError } from '../errors';
import type { Log } from '../log';
import type { DelayQueue } from './delay-queue';

/** A queue hides a message for 12 hours at most, counted from when it was received. */
const LONGEST_HIDDEN_SECONDS = 43_200 - 600;

/** See {@link isLate}; in milliseconds. */
const LATE_MS = 15 * 60_000;

/** A message as its queue handed it out. */
export interface ReceivedMessage {
  /** The queue's own id of it. */
  readonly messageId: string;
  readonly body: string;
  /** What it is hidden with. */
  readonly receipt: string;
  /** How often it was handed out, this time included. */
  readonly receives: number;
  /** When it was put on the queue; milliseconds since the Unix epoch, UTC. */
  readonly sentAtMs: number;
  /** The message group it came with. */
  readonly groupId?: string;
}

/** Whether a message has waited so long that what it meets now is no fault that passes by itself. */
export function isLate({ sentAtMs }: ReceivedMessage, nowMs: number): boolean {
  return nowMs - sentAtMs > LATE_MS;
}

/** What becomes of a message. */
export type Disposition =
  /** Nothing is left to do: the message can go. */
  | { readonly disposition: 'done' }
  /** It comes back no sooner than this; milliseconds since the Unix epoch, UTC. */
  | { readonly disposition: 'wait'; readonly untilMs: number };

/** Nothing is left to do. */
export const DONE: Disposition = { disposition: 'done' };

/** What consuming a queue works with. */
export interface Consuming {
  /** What a message is about, in a word: its log lines have the codes `<name>-fault` and the like. */
  readonly name: string;
  /**
   * Does what a message asks for, and may be repeated.
   *
   * @throws {PermanentError} for what can't succeed any more; anything else, and it is tried again.
   */
  readonly work: (message: ReceivedMessage, deadlineMs: number) => Promise<Disposition>;
  /** How long a message that met a fault is hidden, in milliseconds, by its receives. */
  readonly faultDelayMs: (receives: number) => number;
  /**
   * Takes what can't succeed any more, with the reason.
   *
   * @default - such an error is a fault like any other
   */
  readonly deadLetters?: DeadLetters;
  readonly queue: DelayQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Works on messages, one after the other. Never rejects.
 *
 * @returns ids of those that are not done: they must stay in the queue.
 */
export type Consume = (
  messages: readonly ReceivedMessage[],
  deadlineMs: number,
) => Promise<readonly string[]>;

/**
 * Makes the consumer of a queue. A message that must wait is hidden until then and stays; so does
 * one that met a fault. What can't succeed goes to the dead letters at once. Nothing is lost to any.
 */
export function createConsumer(consuming: Consuming): Consume {
  return async (messages, deadlineMs) => {
    const kept: string[] = [];
    for (const message of messages) {
      const outcome = await workOn(consuming, message, deadlineMs);
      if (outcome.disposition === 'done') continue;
      await hide(consuming, message, outcome.untilMs);
      kept.push(message.messageId);
    }
    return kept;
  };
}

/**
 * A delay that doubles with every receive, up to the longest.
 *
 * @returns milliseconds, by the receives of a message, this time included.
 */
export function doubling(delay: {
  readonly baseSeconds: number;
  readonly longestSeconds: number;
}): Consuming['faultDelayMs'] {
  const { baseSeconds, longestSeconds } = delay;
  return (receives) =>
    1_000 * Math.min(longestSeconds, baseSeconds * 2 ** Math.max(0, receives - 1));
}

async function workOn(
  consuming: Consuming,
  message: ReceivedMessage,
  deadlineMs: number,
): Promise<Disposition> {
  const { name, faultDelayMs, clock, log } = consuming;
  const { messageId, receives } = message;
  try {
    return await workOrBury(consuming, message, deadlineMs);
  } catch (error) {
    log.error('message not done', {
      code: `${name}-fault`,
      ...{ messageId, late: isLate(message, clock()), error: faultOf(error) },
    });
    return { disposition: 'wait', untilMs: clock() + faultDelayMs(receives) };
  }
}

async function workOrBury(
  { name, work, deadLetters, log }: Consuming,
  message: ReceivedMessage,
  deadlineMs: number,
): Promise<Disposition> {
  const { messageId, body, groupId } = message;
  try {
    return await work(message, deadlineMs);
  } catch (error) {
    if (!(error instanceof PermanentError) || deadLetters === undefined) throw error;
    const { code: reasonCode, message: reason } = error;
    const group = groupId === undefined ? {} : { groupId };
    await deadLetters.put({ body, code: reasonCode, reason, ...group });
    const code = `${name}-dead-lettered`;
    log.error('message dead-lettered', { code, messageId, reasonCode, reason });
    return DONE;
  }
}

async function hide(
  { name, queue, clock, log }: Consuming,
  { messageId, receipt }: ReceivedMessage,
  untilMs: number,
): Promise<void> {
  const seconds = Math.ceil((untilMs - clock()) / 1_000);
  try {
    await queue.hide(receipt, Math.min(LONGEST_HIDDEN_SECONDS, Math.max(1, seconds)));
  } catch (error) {
    // The message then comes back after the queue's own timeout: too early or too late, never lost.
    log.warn('message not hidden', {
      ...{ code: `${name}-not-hidden`, messageId, error: faultOf(error) },
    });
  }
}
