import { refusal, type Call } from '../http/call';
import { jsonOf } from './entry-json';
import type { ListEntry, ListName } from './suppression-lists';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/**
 * One page of a list, in alphabetical order. The page after the last one is empty, and its links
 * are still there.
 */
export function pageOfEntries(
  entries: readonly ListEntry[],
  list: ListName,
  call: Call,
): { readonly items: readonly object[]; readonly paging: object } {
  const { query } = call;
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw refusal(400, `limit must be between 1 and ${String(MAX_LIMIT)}`);
  }
  const address = query.get('address') ?? undefined;
  const term = query.get('term')?.toLowerCase();
  const found = entries.filter((entry) => term === undefined || entry.address.startsWith(term));
  const page = slice(found, query.get('page') ?? 'first', address, limit);
  const link = (name: string, pivot?: string) => {
    const target = new URLSearchParams({ page: name, limit: String(limit) });
    if (pivot !== undefined) target.set('address', pivot);
    if (term !== undefined) target.set('term', term);
    return `${call.origin}${call.path}?${target.toString()}`;
  };
  return {
    items: page.map((entry) => jsonOf(list, entry)),
    paging: {
      previous: link('previous', page[0]?.address ?? address),
      first: link('first'),
      next: link('next', page.at(-1)?.address ?? address),
      last: link('last'),
    },
  };
}

function slice(
  entries: readonly ListEntry[],
  page: string,
  pivot: string | undefined,
  limit: number,
): readonly ListEntry[] {
  switch (page) {
    case 'next':
      return entries.filter(({ address }) => address > (pivot ?? '')).slice(0, limit);
    case 'previous':
      return entries.filter(({ address }) => address < (pivot ?? '')).slice(-limit);
    case 'last':
      return entries.slice(-limit);
    default:
      return entries.slice(0, limit);
  }
}
