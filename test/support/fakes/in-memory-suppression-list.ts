import type { Suppression, SuppressionList } from '../../../lambdas/core/suppression/suppression';

/** `SuppressionList` in memory. */
export class InMemorySuppressionList implements SuppressionList {
  readonly entries = new Map<string, Suppression>();
  /** Set it to make every method reject. */
  fault: Error | undefined;

  suppressedAmong(
    domain: string,
    recipients: readonly Uint8Array[],
    tags: readonly string[],
  ): Promise<ReadonlySet<number>> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    const wanted = tags.map((tag) => tag.toLowerCase());
    const indexes = recipients.flatMap((recipient, index) => {
      const entry = this.entries.get(nameOf(domain, recipient));
      if (entry === undefined) return [];
      return entry.tags === undefined || entry.tags.some((tag) => wanted.includes(tag))
        ? [index]
        : [];
    });
    return Promise.resolve(new Set(indexes));
  }

  add({ tags, ...suppression }: Suppression): Promise<void> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    const name = nameOf(suppression.domain, suppression.recipient);
    const before = this.entries.get(name);
    if (before !== undefined && before.tags === undefined) return Promise.resolve();
    if (tags === undefined || tags.length === 0) {
      this.entries.set(name, suppression);
      return Promise.resolve();
    }
    const scope = [...(before?.tags ?? []), ...tags.map((tag) => tag.toLowerCase())];
    this.entries.set(name, { ...(before ?? suppression), tags: [...new Set(scope)].sort() });
    return Promise.resolve();
  }

  find(domain: string, recipient: Uint8Array): Promise<Suppression | undefined> {
    if (this.fault !== undefined) return Promise.reject(this.fault);

    return Promise.resolve(this.entries.get(nameOf(domain, recipient)));
  }
}

const nameOf = (domain: string, recipient: Uint8Array) =>
  `${domain}/${Buffer.from(recipient).toString('hex')}`;
