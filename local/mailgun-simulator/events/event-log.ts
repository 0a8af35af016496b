import type { TakenMessages } from '../messages/taken-messages';
import { hashOf } from '../model/chance';
import type { MailEvent } from './event';
import { codeOf, codesOf, decoded } from './event-code';
import { NumberColumn } from './number-column';

/**
 * Everything that happened, in order. The events API shows each event a little after it happened.
 *
 * Keeps 16 bytes an event; an event is an object only while somebody looks at it.
 */
export class EventLog {
  private readonly codes = new NumberColumn();
  private readonly times = new NumberColumn();

  /** @param maxDelayMs longest time an event stays invisible; each has its own below it. */
  constructor(
    private readonly maxDelayMs: number,
    private readonly messages: Pick<TakenMessages, 'at'>,
  ) {}

  get length(): number {
    return this.codes.length;
  }

  /**
   * Appends an event that happens now. No two events of the log have the same time: of two in the
   * same millisecond, the second is a microsecond later.
   */
  append(event: MailEvent): void {
    const last = this.times.at(this.length - 1) ?? 0;
    const atMs = Math.floor(event.atMs);
    event.atMs = atMs > last ? atMs : Math.round(last * 1000 + 1) / 1000;
    event.sequence = this.length;
    this.codes.push(codeOf(event));
    this.times.push(event.atMs);
  }

  /** @returns an object of its own for each call. */
  at(sequence: number): MailEvent | undefined {
    const code = this.codes.at(sequence);
    if (code === undefined) return undefined;
    const { number, ...rest } = decoded(code);
    const atMs = this.times.at(sequence) ?? 0;
    return { message: this.messages.at(number), ...rest, atMs, sequence };
  }

  /** The events of one recipient of one message, in order. */
  of(messageNumber: number, index: number): readonly MailEvent[] {
    const events: MailEvent[] = [];
    const [from, to] = codesOf(messageNumber, index);
    for (let sequence = 0; sequence < this.length; sequence += 1) {
      const code = this.codes.at(sequence) ?? NaN;
      const event = code >= from && code < to ? this.at(sequence) : undefined;
      if (event) events.push(event);
    }
    return events;
  }

  /** Whether the events API shows an event: late, and for as long as events are kept. */
  isVisible({ message, sequence, atMs }: MailEvent, nowMs: number): boolean {
    const { eventsDelayMs, eventsKeptMs = Infinity } = message.domain.settings;
    const share = hashOf(String(sequence)) / 0x1_0000_0000;
    const delayMs = eventsDelayMs ?? share * this.maxDelayMs;
    return nowMs >= atMs + delayMs && nowMs - atMs < eventsKeptMs;
  }

  clear(): void {
    this.codes.clear();
    this.times.clear();
  }
}
