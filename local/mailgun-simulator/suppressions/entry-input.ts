import { refusal, type Call } from '../http/call';
import { readJson, type Form } from '../http/form';
import { readMailboxes } from '../messages/addresses';
import type { ListEntry, ListName } from './suppression-lists';

const MAX_ENTRIES = 1000;

/**
 * Reads one entry from a form.
 *
 * @throws {Refusal} 400 for an entry without an address.
 */
export function entriesOfForm(list: ListName, form: Form): readonly ListEntry[] {
  const value =
    list === 'whitelists' ? (form.text('address') ?? form.text('domain')) : form.text('address');
  if (value === undefined || value === '') throw missing(list);
  return [
    entryOf(list, {
      address: value,
      code: form.text('code'),
      text: form.text(list === 'whitelists' ? 'reason' : 'error'),
      tags: [...form.texts('tag'), ...form.texts('tags')],
      createdAt: form.text('created_at') ?? form.text('createdAt'),
    }),
  ];
}

/**
 * Reads up to 1,000 entries from a JSON array.
 *
 * @throws {Refusal} 400 for anything else.
 */
export function entriesOfJson(list: ListName, call: Call): readonly ListEntry[] {
  const parsed = readJson(call);
  if (!Array.isArray(parsed)) throw refusal(400, 'request body must be an array');
  if (parsed.length > MAX_ENTRIES) throw refusal(400, 'Batch size should be less than 1000');
  return (parsed as Record<string, unknown>[]).map((item) =>
    entryOf(list, {
      address: textOf(item['address']) ?? textOf(item['domain']) ?? '',
      code: textOf(item['code']),
      text: textOf(item['error']) ?? textOf(item['reason']),
      tags: Array.isArray(item['tags']) ? item['tags'].map(String) : [],
      createdAt: textOf(item['created_at']),
    }),
  );
}

interface Given {
  readonly address: string;
  readonly code: string | undefined;
  readonly text: string | undefined;
  readonly tags: readonly string[];
  readonly createdAt: string | undefined;
}

function entryOf(list: ListName, given: Given): ListEntry {
  const address = given.address.trim().toLowerCase();
  if (address === '') throw missing(list);
  if (list !== 'whitelists' && readMailboxes(address)?.length !== 1) {
    throw refusal(400, `'${address}' is not a valid address`);
  }
  const createdAtMs = Date.parse(given.createdAt ?? '');
  return {
    address,
    createdAtMs: Number.isNaN(createdAtMs) ? Date.now() : createdAtMs,
    ...(list === 'bounces' && { code: given.code ?? '550' }),
    ...(given.text !== undefined && { text: given.text }),
    ...(list === 'unsubscribes' && { tags: given.tags.length > 0 ? given.tags : ['*'] }),
  };
}

function missing(list: ListName) {
  const name = list === 'whitelists' ? 'address/domain' : 'address';
  return refusal(400, `Missing mandatory parameter: ${name}`);
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
