/** Names of a domain's lists, as they stand in the API's paths. */
export type ListName = 'bounces' | 'unsubscribes' | 'complaints' | 'whitelists';

/** An entry of a list. What a list does not have is empty. */
export interface ListEntry {
  /** Lower-cased address; on the allow list an address or a domain. */
  readonly address: string;
  readonly createdAtMs: number;
  /** Bounces: SMTP code. */
  readonly code?: string;
  /** Bounces: text of the server. Allow list: reason. */
  readonly text?: string;
  /** Unsubscribes: tags it is limited to; `*` is every message. */
  readonly tags?: readonly string[];
}

/** Why Mailgun does not even try to deliver to someone. */
export type SuppressedAs = 'suppressedBounce' | 'suppressedUnsubscribe' | 'suppressedComplaint';

/** Who a sending domain must not mail. Each domain has lists of its own. */
export class SuppressionLists {
  private readonly lists = {
    bounces: new Map<string, ListEntry>(),
    unsubscribes: new Map<string, ListEntry>(),
    complaints: new Map<string, ListEntry>(),
    whitelists: new Map<string, ListEntry>(),
  } as const;

  /** Whether mail with these tags is kept from an address, and by which list. */
  suppressionOf(address: string, tags: readonly string[]): SuppressedAs | undefined {
    if (this.lists.bounces.has(address)) return 'suppressedBounce';

    const unsubscribed = this.lists.unsubscribes.get(address)?.tags;
    if (unsubscribed?.some((tag) => tag === '*' || tags.includes(tag))) {
      return 'suppressedUnsubscribe';
    }
    return this.lists.complaints.has(address) ? 'suppressedComplaint' : undefined;
  }

  /** Adds an entry or replaces it. Tags of an unsubscribe are united with those already there. */
  add(list: ListName, entry: ListEntry): void {
    const known = this.lists[list].get(entry.address);
    const tags = new Set([...(known?.tags ?? []), ...(entry.tags ?? [])]);
    this.lists[list].set(entry.address, tags.size > 0 ? { ...entry, tags: [...tags] } : entry);
  }

  /** Adds a bounce, unless the allow list names the address or its domain. */
  addBounce(entry: ListEntry): void {
    const domain = entry.address.slice(entry.address.lastIndexOf('@') + 1);
    const allowed = this.lists.whitelists;
    if (!allowed.has(entry.address) && !allowed.has(domain)) this.add('bounces', entry);
  }

  find(list: ListName, address: string): ListEntry | undefined {
    return this.lists[list].get(address.toLowerCase());
  }

  /** @returns whether there was such an entry. */
  remove(list: ListName, address: string): boolean {
    return this.lists[list].delete(address.toLowerCase());
  }

  /**
   * Takes one tag from an unsubscribe; with its last tag the entry goes too.
   *
   * @returns whether there was such a tag.
   */
  removeTag(address: string, tag: string): boolean {
    const entry = this.find('unsubscribes', address);
    if (!entry?.tags?.includes(tag)) return false;

    const tags = entry.tags.filter((each) => each !== tag);
    if (tags.length === 0) return this.remove('unsubscribes', address);
    this.lists.unsubscribes.set(entry.address, { ...entry, tags });
    return true;
  }

  clear(list: ListName): void {
    this.lists[list].clear();
  }

  /** Entries in alphabetical order. */
  sorted(list: ListName): readonly ListEntry[] {
    return [...this.lists[list].values()].sort((a, b) => (a.address < b.address ? -1 : 1));
  }
}
