import { TransientError } from '../../core/errors';
import type { Batch } from '../../core/batch/batch';
import type { Submission } from '../../core/submission/submission';

/** An item as the document client returns it. */
export type StoredItem = Record<string, unknown>;

/** Schema version of every item this code writes. */
export const ITEM_VERSION = 1;

/** Separates a batch id from a path in a sort key; neither can hold it. */
const PATH_SEPARATOR = '#';

/** @returns the path in a submission's sort key, or `undefined` for the key of a root. */
export function pathIn(sortKey: string): string | undefined {
  const at = sortKey.indexOf(PATH_SEPARATOR);
  return at === -1 ? undefined : sortKey.slice(at + 1);
}

/** Reads the root of a batch. */
export function readBatch(item: StoredItem): Batch {
  assertVersion(item);
  const parkedMessageId = item['parkedMessageId'] as string | undefined;
  return {
    batchId: item['sk'] as string,
    domain: item['domain'] as string,
    audience: item['audience'] as number,
    invalid: positions(item['invalid']),
    duplicate: positions(item['duplicate']),
    state: item['state'] as Batch['state'],
    ...(parkedMessageId === undefined ? {} : { parkedMessageId }),
    begunWithoutEnd: positions(item['beginWindows']).size,
    firstBegunAtMs: item['firstBegunAtMs'] as number,
  };
}

/** Writes a submission's attributes, keys and time to live left out. */
export function writeSubmission(submission: Submission): StoredItem {
  const { suppressed, range, path, ...rest } = submission;
  return {
    v: ITEM_VERSION,
    ...rest,
    from: range.from,
    to: range.to,
    // An empty set can't be stored.
    ...(suppressed.size > 0 ? { suppressed } : {}),
  };
}

/** Reads a submission. */
export function readSubmission(item: StoredItem): Submission {
  assertVersion(item);
  const { pk, sk, v, ttl, from, to, suppressed, ...rest } = item;
  return {
    ...addedLater(rest),
    ...rest,
    path: pathIn(sk as string) ?? '/',
    range: { from: from as number, to: to as number },
    suppressed: positions(suppressed),
  } as Submission;
}

/** What an item lacks that was written before these attributes existed. */
function addedLater({ state, atMs }: StoredItem): StoredItem {
  return { revision: 0, ...(state === 'inDoubt' ? { calledAtMs: atMs } : {}) };
}

function positions(value: unknown): ReadonlySet<number> {
  return value instanceof Set ? (value as Set<number>) : new Set();
}

function assertVersion(item: StoredItem): void {
  if (item['v'] === ITEM_VERSION) return;
  // Written by newer code while a deployment is under way: the next try may meet that code.
  throw new TransientError(
    `stored item has schema version ${String(item['v'])}, this code reads ${ITEM_VERSION}`,
  );
}
