import { normaliseAddress } from '../../lambdas/core/recipient/address';
import { recipientDigest } from '../../lambdas/core/recipient/recipient-digest';
import type { Suppression } from '../../lambdas/core/suppression/suppression';
import { withRemoved } from '../../lambdas/core/suppression/suppression-record';
import { beginSync, type SyncRequest } from '../../lambdas/core/suppression/sync-request';
import type { Dependencies } from '../../lambdas/sync-suppressions/dependencies';
import { createSyncDomain } from '../../lambdas/sync-suppressions/sync-domain';
import { InMemoryAllowlist } from '../support/fakes/in-memory-allowlist';
import { InMemoryProviderLists } from '../support/fakes/in-memory-provider-lists';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { InMemorySuppressionList } from '../support/fakes/in-memory-suppression-list';
import { InMemorySyncJournal } from '../support/fakes/in-memory-sync-journal';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';

export const DOMAIN = 'mg.example.com';
export const PEPPER = 'test-recipient-pepper';
export const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export const digestOf = (address: string): Buffer =>
  recipientDigest(PEPPER, normaliseAddress(address) ?? address);

/** Everything a sync works with, in memory, and a clock that only the test moves. */
export class Syncer {
  nowMs = NOW_MS;
  readonly lists = new InMemoryProviderLists();
  readonly records = new InMemorySuppressionList();
  readonly allowlist = new InMemoryAllowlist();
  readonly journal = new InMemorySyncJournal();
  readonly notifier = new RecordingNotifier();
  readonly log = new RecordingLog();
  /** What was asked for, with the delay in seconds. */
  readonly asked: { readonly request: SyncRequest; readonly delaySeconds: number }[] = [];
  readonly dependencies: Dependencies = {
    lists: this.lists,
    records: this.records,
    allowlist: this.allowlist,
    journal: this.journal,
    requests: {
      ask: (request, delaySeconds) => {
        this.asked.push({ request, delaySeconds });
        return Promise.resolve();
      },
    },
    secrets: new InMemorySecrets({ recipientPepper: PEPPER }),
    notifier: this.notifier,
    clock: () => this.nowMs,
    log: this.log,
  };

  /** A whole sync that begins now, as the queue would drive it. @returns how many messages it took. */
  async sync(dependencies = this.dependencies): Promise<number> {
    return this.drive(beginSync(DOMAIN, this.nowMs), dependencies);
  }

  async drive(first: SyncRequest, dependencies = this.dependencies): Promise<number> {
    const syncDomain = createSyncDomain(dependencies);
    let request: SyncRequest | undefined = first;
    let messages = 0;
    while (request !== undefined) {
      messages += 1;
      await syncDomain(request, this.nowMs + 5 * 60_000);
      const next = this.asked.shift();
      if (next !== undefined) this.nowMs += next.delaySeconds * 1_000;
      request = next?.request;
    }
    return messages;
  }

  /** What a webhook tells at a time. */
  tell(address: string, about: Partial<Suppression> & { readonly observedAtMs: number }) {
    return this.records.add({
      ...{ domain: DOMAIN, recipient: digestOf(address), reason: 'bounce' },
      ...{ cause: 'webhook:bounced' },
      ...about,
    });
  }

  /** What the control API does here, once Mailgun did it. */
  async remove(address: string): Promise<void> {
    const removal = { atMs: this.nowMs, actor: 'ada', reason: 'asked to', removed: [] };
    await this.records.change(DOMAIN, [
      { recipient: digestOf(address), decide: (record) => withRemoved(record, removal) },
    ]);
  }

  async isSuppressed(address: string, tags: readonly string[] = []): Promise<boolean> {
    return (await this.records.suppressedAmong(DOMAIN, [digestOf(address)], tags)).size > 0;
  }

  removals(address: string) {
    return this.records.removals(DOMAIN, digestOf(address));
  }
}
