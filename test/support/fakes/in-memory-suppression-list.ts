import type { Suppression, SuppressionList } from '../../../lambdas/core/suppression/suppression';
import {
  suppresses,
  suppressionIn,
  withObserved,
  type Removal,
  type SuppressionRecord,
} from '../../../lambdas/core/suppression/suppression-record';
import type {
  ChangedRecord,
  RecordChange,
  StoredRecord,
  SuppressionRecords,
} from '../../../lambdas/core/suppression/suppression-records';

/** `SuppressionList` and `SuppressionRecords` in memory. */
export class InMemorySuppressionList implements SuppressionList, SuppressionRecords {
  /** By domain and hexadecimal digest. */
  readonly records = new Map<string, SuppressionRecord>();
  /** Set it to make every method reject. */
  fault: Error | undefined;
  /** Records that were written. */
  writes = 0;
  private readonly replaced = new Map<string, readonly Removal[]>();

  /** @param pageSize records of a page. */
  constructor(private readonly pageSize = 3) {}

  /** Who is suppressed now, by domain and hexadecimal digest. */
  get entries(): ReadonlyMap<string, Suppression> {
    const entries = [...this.records].flatMap(([name, record]) => {
      const [domain = '', digest = ''] = name.split('/');
      const suppression = suppressionIn(record);
      const recipient = Buffer.from(digest, 'hex');
      return suppression === undefined
        ? []
        : [[name, { domain, recipient, ...suppression }] as const];
    });
    return new Map(entries);
  }

  async suppressedAmong(
    domain: string,
    recipients: readonly Uint8Array[],
    tags: readonly string[],
  ): Promise<ReadonlySet<number>> {
    await this.turn();
    const wanted = new Set(tags.map((tag) => tag.toLowerCase()));
    const indexes = recipients.flatMap((recipient, index) => {
      const record = this.records.get(nameOf(domain, recipient));
      return record !== undefined && suppresses(record, wanted) ? [index] : [];
    });
    return new Set(indexes);
  }

  async add(suppression: Suppression): Promise<void> {
    const { domain, recipient } = suppression;
    await this.change(domain, [
      { recipient, decide: (record) => withObserved(record, suppression) },
    ]);
  }

  async find(domain: string, recipient: Uint8Array): Promise<Suppression | undefined> {
    await this.turn();
    return this.entries.get(nameOf(domain, recipient));
  }

  async change(
    domain: string,
    changes: readonly RecordChange[],
  ): Promise<readonly ChangedRecord[]> {
    await this.turn();
    return changes.map(({ recipient, decide }) => {
      const name = nameOf(domain, recipient);
      const before = this.records.get(name);
      const record = decide(before);
      if (record === undefined || JSON.stringify(record) === JSON.stringify(before)) {
        return { record: before, written: false };
      }
      if (before?.removal !== undefined && before.removal !== record.removal) {
        this.replaced.set(name, [...(this.replaced.get(name) ?? []), before.removal]);
      }
      this.records.set(name, record);
      this.writes += 1;
      return { record, written: true };
    });
  }

  async read(domain: string, recipient: Uint8Array): Promise<SuppressionRecord | undefined> {
    await this.turn();
    return this.records.get(nameOf(domain, recipient));
  }

  async page(
    domain: string,
    after: string | undefined,
  ): Promise<{ readonly records: readonly StoredRecord[]; readonly next?: string }> {
    await this.turn();
    const names = [...this.records.keys()]
      .filter((name) => name.startsWith(`${domain}/`))
      .filter((name) => after === undefined || name > `${domain}/${after}`)
      .sort();
    const page = names.slice(0, this.pageSize);
    const records = page.map((name) => ({
      recipient: Buffer.from(digestIn(name), 'hex'),
      record: this.records.get(name) as SuppressionRecord,
    }));
    const last = page.at(-1);
    return { records, ...(names.length > page.length && last && { next: digestIn(last) }) };
  }

  async removals(domain: string, recipient: Uint8Array): Promise<readonly Removal[]> {
    await this.turn();
    const name = nameOf(domain, recipient);
    const newest = this.records.get(name)?.removal;
    return [...(this.replaced.get(name) ?? []), ...(newest === undefined ? [] : [newest])];
  }

  private turn(): Promise<void> {
    return this.fault === undefined ? Promise.resolve() : Promise.reject(this.fault);
  }
}

const nameOf = (domain: string, recipient: Uint8Array) =>
  `${domain}/${Buffer.from(recipient).toString('hex')}`;

const digestIn = (name: string): string => name.split('/')[1] ?? '';
