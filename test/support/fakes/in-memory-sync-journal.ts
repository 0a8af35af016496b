import type { SyncJournal, SyncRecord } from '../../../lambdas/core/suppression/sync-journal';

/** `SyncJournal` in memory. */
export class InMemorySyncJournal implements SyncJournal {
  readonly domains = new Map<string, SyncRecord>();

  noteComplete(domain: string, startedAtMs: number): Promise<void> {
    const { completeAtMs = startedAtMs } = this.domains.get(domain) ?? {};
    if (completeAtMs <= startedAtMs) this.domains.set(domain, { completeAtMs: startedAtMs });
    return Promise.resolve();
  }

  noteFailed(
    domain: string,
    failure: { readonly sinceMs: number; readonly reason: string },
  ): Promise<boolean> {
    const known = this.domains.get(domain) ?? {};
    const isFirst =
      (known.failure === undefined || known.failure.sinceMs === failure.sinceMs) &&
      (known.completeAtMs ?? -Infinity) < failure.sinceMs;
    if (isFirst) this.domains.set(domain, { ...known, failure });
    return Promise.resolve(isFirst);
  }

  read(domain: string): Promise<SyncRecord> {
    return Promise.resolve(this.domains.get(domain) ?? {});
  }
}
