import { hashOf } from '../model/chance';
import type { MailEvent } from './event';

/** Everything that happened, in order. The events API shows each event a little after it happened. */
export class EventLog {
  private readonly events: MailEvent[] = [];

  /** @param maxDelayMs longest time an event stays invisible; each has its own below it. */
  constructor(private readonly maxDelayMs: number) {}

  get length(): number {
    return this.events.length;
  }

  /**
   * Appends an event that happens now. No two events of the log have the same time: of two in the
   * same millisecond, the second is a microsecond later.
   */
  append(event: MailEvent): void {
    const last = this.events.at(-1)?.atMs ?? 0;
    const atMs = Math.floor(event.atMs);
    event.atMs = atMs > last ? atMs : Math.round(last * 1000 + 1) / 1000;
    event.sequence = this.events.length;
    this.events.push(event);
  }

  at(sequence: number): MailEvent | undefined {
    return this.events[sequence];
  }

  isVisible(event: MailEvent, nowMs: number): boolean {
    const share = hashOf(String(event.sequence)) / 0x1_0000_0000;
    return nowMs >= event.atMs + share * this.maxDelayMs;
  }

  clear(): void {
    this.events.length = 0;
  }
}
