import { mailgunDate } from '../messages/domain-checks';
import type { ListEntry, ListName } from './suppression-lists';

/** An entry as the API shows it. */
export function jsonOf(list: ListName, entry: ListEntry): object {
  const createdAt = mailgunDate(entry.createdAtMs);
  switch (list) {
    case 'bounces':
      return {
        address: entry.address,
        code: entry.code ?? '550',
        error: entry.text ?? '',
        created_at: createdAt,
      };
    case 'unsubscribes':
      return { address: entry.address, tags: entry.tags ?? ['*'], created_at: createdAt };
    case 'complaints':
      return { address: entry.address, created_at: createdAt };
    case 'whitelists':
      return {
        type: entry.address.includes('@') ? 'address' : 'domain',
        value: entry.address,
        reason: entry.text ?? '',
        createdAt,
      };
  }
}
