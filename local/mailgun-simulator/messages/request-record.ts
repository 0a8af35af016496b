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
  private readonly requests: RecordedRequest[] = [];

  note(message: Message, form: Form): void {
    const fields = form.fields.map(([name, value]) => {
      if (typeof value === 'string') return [name, value.slice(0, LONGEST_TEXT)] as const;
      return [name, `file ${value.name}, ${String(value.size)} bytes`] as const;
    });
    this.requests.push({ id: message.id, domain: message.domain.name, fields });
    if (this.requests.length > KEPT) this.requests.shift();
  }

  /** Oldest first. */
  list(): readonly RecordedRequest[] {
    return this.requests;
  }

  clear(): void {
    this.requests.length = 0;
  }
}
