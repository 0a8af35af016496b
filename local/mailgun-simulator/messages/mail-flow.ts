import type { MailEvent } from '../events/event';
import { codeOf, decoded } from '../events/event-code';
import type { EventLog } from '../events/event-log';
import { behaviourOf, type BehaviourRates, type Step } from '../model/behaviour';
import type { Happening } from '../model/happenings';
import { Scheduler } from '../model/scheduler';
import type { SuppressionLists } from '../suppressions/suppression-lists';
import { recipientOf, type Message } from './message';
import type { TakenMessages } from './taken-messages';

/** What the flow of mail needs to know and do. */
export interface MailFlowDependencies {
  readonly seed: number;
  readonly rates: BehaviourRates;
  /** A stretch of Mailgun's time, in real milliseconds. */
  compressed(ms: number): number;
  suppressionsOf(domain: string): SuppressionLists;
  readonly taken: TakenMessages;
  readonly log: EventLog;
  /** Tells the world of an event. */
  post(event: MailEvent): void;
}

/** Takes messages from their acceptance to the last thing that happens to them. */
export class MailFlow {
  /** What is to come, by its code: an object for each would fill the memory. */
  private readonly happenings = new Scheduler<number>((code, atMs) =>
    this.happenAsPlanned(code, atMs),
  );
  private readonly departures = new Scheduler<Message>((message) => this.depart(message));

  constructor(private readonly dependencies: MailFlowDependencies) {}

  /** Events and deliveries that are still to come. */
  get outstanding(): number {
    return this.happenings.size + this.departures.size;
  }

  /** Every message taken, in order. */
  get messages(): readonly Message[] {
    return this.dependencies.taken.list();
  }

  /** Takes a message: its recipients are accepted now, and delivered to when its time comes. */
  take(message: Message): void {
    this.dependencies.taken.add(message);
    message.ledger.noteMessage();
    for (let index = 0; index < message.recipients.length; index += 1) {
      this.happen(eventOf(message, index, 'accepted', message.acceptedAtMs));
    }
    if (message.scheduled) this.departures.put(message.deliverAtMs, message);
    else this.depart(message);
  }

  /** Deletes what waits for its time; what has left already goes on. @returns how many messages. */
  cancelScheduled(domain: string): number {
    const waiting = this.messages.filter(
      (message) =>
        message.domain.name === domain &&
        message.scheduled &&
        !message.cancelled &&
        !hasLeft(message),
    );
    for (const message of waiting) message.cancelled = true;
    return waiting.length;
  }

  /** Lets everything that is to come happen now. */
  flush(): void {
    this.departures.flush();
    this.happenings.flush();
  }

  clear(): void {
    this.departures.clear();
    this.happenings.clear();
    this.dependencies.taken.clear();
  }

  private depart(message: Message): void {
    if (message.cancelled) return;

    const suppressions = this.dependencies.suppressionsOf(message.domain.name);
    for (let index = 0; index < message.recipients.length; index += 1) {
      const address = recipientOf(message, index).address.toLowerCase();
      const suppressed = suppressions.suppressionOf(address, message.tags);
      if (suppressed) {
        message.suppressed += 1;
        this.plan(message, index, [{ happening: suppressed, afterSeconds: 60 }]);
      } else if (message.testMode) {
        this.plan(message, index, [{ happening: 'deliveredInTestMode', afterSeconds: 60 }]);
      } else {
        const { seed, rates } = this.dependencies;
        this.noteEmail(message, index, address);
        this.plan(message, index, behaviourOf(seed, address, rates, message.possible));
      }
    }
  }

  private noteEmail(message: Message, index: number, address: string): void {
    // Everyone in `cc` and `bcc` gets a copy of each copy.
    const copies = message.batchMode && index >= message.toCount ? message.toCount : 1;
    message.emailed += 1;
    message.ledger.noteEmails(address, copies);
  }

  private plan(message: Message, index: number, steps: readonly Step[]): void {
    const departedAtMs = Math.max(message.deliverAtMs, message.acceptedAtMs);
    const occurrences = new Map<Happening, number>();
    for (const { happening, afterSeconds } of steps) {
      const occurrence = (occurrences.get(happening) ?? 0) + 1;
      occurrences.set(happening, occurrence);
      const atMs = departedAtMs + this.dependencies.compressed(afterSeconds * 1000);
      this.happenings.put(atMs, codeOf({ message, index, happening, occurrence }));
    }
  }

  private happenAsPlanned(code: number, atMs: number): void {
    const { number, ...rest } = decoded(code);
    this.happen({ message: this.dependencies.taken.at(number), ...rest, atMs, sequence: -1 });
  }

  private happen(event: MailEvent): void {
    const { message, index, happening } = event;
    const address = recipientOf(message, index).address.toLowerCase();
    // Hurried events are ahead of their planned time, late ones behind it.
    event.atMs = Math.min(event.atMs, Date.now());
    this.dependencies.log.append(event);
    message.ledger.note(address, happening);
    if (happening === 'delivered') message.deliveredAtMs[index] = event.atMs;
    this.suppressAfter(event, address);
    this.dependencies.post(event);
  }

  private suppressAfter({ happening, message, atMs }: MailEvent, address: string): void {
    const lists = this.dependencies.suppressionsOf(message.domain.name);
    const entry = { address, createdAtMs: atMs };
    if (happening === 'bounced' || happening === 'bouncedLate') {
      lists.addBounce({ ...entry, code: '550', text: '5.1.1 User unknown' });
    } else if (happening === 'complained') {
      lists.add('complaints', entry);
    } else if (happening === 'unsubscribed') {
      lists.add('unsubscribes', { ...entry, tags: ['*'] });
    }
  }
}

function hasLeft(message: Message): boolean {
  return message.emailed + message.suppressed > 0 || Date.now() >= message.deliverAtMs;
}

function eventOf(message: Message, index: number, happening: Happening, atMs: number): MailEvent {
  return { message, index, happening, occurrence: 1, atMs, sequence: -1 };
}
