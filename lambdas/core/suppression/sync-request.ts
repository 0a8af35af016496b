import type { SuppressionReason } from './suppression';

/** What a sync reads, in this order: the allowlist first, since it decides about bounces. */
export const SYNC_LISTS = ['allowlist', 'bounce', 'complaint', 'unsubscribe'] as const;

/** One of Mailgun's lists. */
export type SyncList = 'allowlist' | SuppressionReason;

/** What a sync has done so far. */
export interface SyncCounts {
  /** Entries read. */
  readonly entries: number;
  /** Of these: addresses nobody here can mail, which are not stored. */
  readonly unmailable: number;
  /** Suppressions taken over, or noted anew. */
  readonly written: number;
  /** Recipients of whom something was removed at Mailgun. */
  readonly removed: number;
}

/** A sync of one domain, from some place on. */
export interface SyncRequest {
  readonly domain: string;
  /** When the sync began; milliseconds since the Unix epoch, UTC. */
  readonly startedAtMs: number;
  /** What is to be done next; `sweep` once every list was read. */
  readonly step: SyncList | 'sweep';
  /** Where the list goes on, sealed; or the digest behind which the sweep does. */
  readonly place?: string;
  /** Parts of the list read so far. */
  readonly pages: number;
  /** How often in a row Mailgun was to be asked later. */
  readonly waits: number;
  /** Mailgun is not asked before; milliseconds since the Unix epoch, UTC. */
  readonly notBeforeMs?: number;
  /** Lists that were not read to their end, and why. */
  readonly unread: readonly { readonly list: SyncList; readonly reason: string }[];
  readonly counts: SyncCounts;
}

/** A sync that begins. */
export function beginSync(domain: string, startedAtMs: number): SyncRequest {
  return {
    ...{ domain, startedAtMs, step: SYNC_LISTS[0], pages: 0, waits: 0, unread: [] },
    counts: { entries: 0, unmailable: 0, written: 0, removed: 0 },
  };
}

/** The same sync, when it is done with a list. */
export function afterList(
  { place: _place, notBeforeMs: _notBeforeMs, ...request }: SyncRequest,
  list: SyncList,
): SyncRequest {
  const step = SYNC_LISTS[SYNC_LISTS.indexOf(list) + 1] ?? 'sweep';
  return { ...request, step, pages: 0, waits: 0 };
}

/** Takes the steps of a sync. Implemented in `adapters/sqs`. */
export interface SyncRequests {
  /** @param delaySeconds 0 to 900. @throws {TransientError} when the queue may not have it. */
  ask(request: SyncRequest, delaySeconds: number): Promise<void>;
}
