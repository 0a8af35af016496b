import type { Form } from '../http/form';
import type { Message } from './message';

/** Requests kept, and the longest text of theirs kept whole. */
const KEPT = 50;
const LONGEST_TEXT = 20_000;

/** The form of a call Mailgun took, as it came. */
export interface RecordedRequest {
  readonly id: string;
  readonly domain: string;
  /** Name and value of every field; of a file its name and size. Long texts are cut. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** The last calls that Mailgun took, for tests and curious people. */
export class RequestRecord {
  // As bytes: a text cut from a long one would keep the long one in memory.
  private readonly requests: Buffer[] = [];

  note(message: Message, form: Form): void {
    const fields = form.fields.map(([name, value]) => {
      if (typeof value === 'string') return [name, value.slice(0, LONGEST_TEXT)] as const;
      return [name, `file ${value.name}, ${String(value.size)} bytes`] as const;
    });
    const request: RecordedRequest = { id: message.id, domain: message.domain.name, fields };
    this.requests.push(Buffer.from(JSON.stringify(request)));
    if (this.requests.length > KEPT) this.requests.shift();
  }

  /** Oldest first. */
  list(): readonly RecordedRequest[] {
    return this.requests.map((request) => JSON.parse(request.toString()) as RecordedRequest);
  }

  clear(): void {
    this.requests.length = 0;
  }
}
