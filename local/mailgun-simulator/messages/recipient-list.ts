import { hashOf } from '../model/chance';
import type { Mailbox } from './addresses';

/** What is kept of a recipient besides the mailbox: values that events repeat. */
export type RecipientValues = Readonly<Record<string, unknown>>;

type Entry = readonly [name: string, address: string, values?: RecipientValues];

/**
 * The recipients of one message. As objects a hundred thousand of them would fill the memory:
 * here each takes the bytes of its text and a dozen more, and is read anew when it is asked for.
 */
export class RecipientList {
  /** How many there are. */
  readonly length: number;
  private readonly text: Buffer;
  private readonly ends: Uint32Array;
  private readonly hashes: Uint32Array;

  /** @param valuesOf what to keep beside each mailbox. */
  constructor(
    mailboxes: readonly Mailbox[],
    valuesOf: (mailbox: Mailbox) => RecipientValues | undefined = () => undefined,
  ) {
    this.length = mailboxes.length;
    this.ends = new Uint32Array(mailboxes.length);
    this.hashes = Uint32Array.from(mailboxes, ({ address }) => hashOf(address.toLowerCase()));
    const entries = mailboxes.map((mailbox) => written(mailbox, valuesOf(mailbox)));
    let end = 0;
    for (const [index, entry] of entries.entries()) {
      end += Buffer.byteLength(entry);
      this.ends[index] = end;
    }
    this.text = Buffer.from(entries.join(''));
  }

  /** A recipient by place; one without name and address where there is none. */
  at(index: number): Mailbox {
    const [name = '', address = ''] = this.entry(index) ?? [];
    return { name, address };
  }

  /** What was kept beside a recipient. */
  values(index: number): RecipientValues | undefined {
    return this.entry(index)?.[2];
  }

  /** Place of an address, whatever its case; -1 where it is none of them. */
  indexOf(address: string): number {
    const wanted = address.toLowerCase();
    const hash = hashOf(wanted);
    let index = this.hashes.indexOf(hash);
    while (index !== -1 && this.at(index).address.toLowerCase() !== wanted) {
      index = this.hashes.indexOf(hash, index + 1);
    }
    return index;
  }

  private entry(index: number): Entry | undefined {
    const end = this.ends[index];
    if (end === undefined) return undefined;
    return JSON.parse(this.text.toString('utf8', this.ends[index - 1] ?? 0, end)) as Entry;
  }
}

function written({ name, address }: Mailbox, values: RecipientValues | undefined): string {
  const entry: Entry = values === undefined ? [name, address] : [name, address, values];
  return JSON.stringify(entry);
}
