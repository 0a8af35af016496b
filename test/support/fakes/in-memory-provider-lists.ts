import type {
  ListedAddress,
  ListRead,
  ProviderLists,
  ProviderProblem,
} from '../../../lambdas/core/suppression/provider-lists';
import type { SuppressionReason } from '../../../lambdas/core/suppression/suppression';

/** A domain's lists at Mailgun, in memory. */
export class InMemoryProviderLists implements ProviderLists {
  readonly entries: Record<SuppressionReason, Map<string, ListedAddress>> = {
    bounce: new Map(),
    complaint: new Map(),
    unsubscribe: new Map(),
  };
  readonly allowed = new Set<string>();
  /** What the next calls come to instead, in order. */
  readonly next: ProviderProblem[] = [];
  /** Lists that can't be read or changed. */
  readonly refused = new Map<SuppressionReason | 'allowlist', ProviderProblem>();
  /** Called before every part of a list is read. */
  onRead: () => void = () => undefined;

  /** @param pageSize entries of a part. */
  constructor(private readonly pageSize = 2) {}

  put(reason: SuppressionReason, address: string, createdAtMs: number, tags?: readonly string[]) {
    const entry = { address, createdAtMs, ...(tags !== undefined && { tags }) };
    this.entries[reason].set(address.toLowerCase(), entry);
  }

  read(
    { reason }: { readonly domain: string; readonly reason: SuppressionReason },
    place: string | undefined,
  ): Promise<ListRead<ListedAddress>> {
    return this.page(reason, this.entries[reason], place);
  }

  readAllowlist(_domain: string, place: string | undefined): Promise<ListRead<string>> {
    return this.page('allowlist', new Map([...this.allowed].map((one) => [one, one])), place);
  }

  find(_domain: string, address: string) {
    const problem = this.next.shift();
    if (problem !== undefined) return Promise.resolve(problem);

    const entries = Object.entries(this.entries).flatMap(([reason, list]) => {
      const entry = list.get(address);
      return entry === undefined ? [] : [[reason, entry] as const];
    });
    return Promise.resolve({ result: 'found', entries: Object.fromEntries(entries) } as const);
  }

  remove(_domain: string, address: string): ReturnType<ProviderLists['remove']> {
    const problem = this.next.shift();
    if (problem !== undefined) return Promise.resolve(problem);

    const from: SuppressionReason[] = [];
    for (const [name, list] of Object.entries(this.entries)) {
      const reason = name as SuppressionReason;
      const refused = this.refused.get(reason);
      if (refused !== undefined) return Promise.resolve(refused);
      if (list.delete(address)) from.push(reason);
    }
    return Promise.resolve({ result: 'removed', from } as const);
  }

  private page<Entry>(
    list: SuppressionReason | 'allowlist',
    entries: ReadonlyMap<string, Entry>,
    place: string | undefined,
  ): Promise<ListRead<Entry>> {
    this.onRead();
    const problem = this.refused.get(list) ?? this.next.shift();
    if (problem !== undefined) return Promise.resolve(problem);

    const names = [...entries.keys()].filter((name) => name > (place ?? '')).sort();
    const page = names.slice(0, this.pageSize);
    return Promise.resolve({
      result: 'page',
      entries: page.map((name) => entries.get(name) as Entry),
      next: page.at(-1),
    });
  }
}
