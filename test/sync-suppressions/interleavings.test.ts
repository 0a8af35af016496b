import fc from 'fast-check';
import { beginSync, type SyncRequest } from '../../lambdas/core/suppression/sync-request';
import type { SuppressionReason } from '../../lambdas/core/suppression/suppression';
import { createSyncDomain } from '../../lambdas/sync-suppressions/sync-domain';
import { DOMAIN, HOUR_MS, Syncer } from './a-syncer';

const ADDRESS = 'ada@example.com';
const SOMEBODY_ELSE = ['aaa@example.com', 'zzz@example.com'];
const REASONS = ['bounce', 'complaint', 'unsubscribe'] as const;

/** What happens to one address, each some hours after the one before. */
type Happening =
  /** Mailgun lists it and tells by a webhook, now or so many steps later. */
  | { readonly does: 'suppress'; readonly reason: SuppressionReason; readonly late: number }
  /** A webhook tells of what Mailgun never lists. */
  | { readonly does: 'tell'; readonly reason: SuppressionReason; readonly late: number }
  /** It was put on a list by hand: no webhook tells. */
  | { readonly does: 'list'; readonly reason: SuppressionReason }
  /** A person removes it from a list at Mailgun. */
  | { readonly does: 'unlist'; readonly reason: SuppressionReason }
  /** A person removes it through the control API. */
  | { readonly does: 'remove' }
  | { readonly does: 'beginSync' }
  /** One message of a sync that is under way, whichever. */
  | { readonly does: 'stepSync'; readonly which: number };

const reason = fc.constantFrom(...REASONS);
const late = fc.integer({ min: 0, max: 3 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ does: fc.constant('suppress' as const), reason, late }),
  fc.record({ does: fc.constant('tell' as const), reason, late }),
  fc.record({ does: fc.constant('list' as const), reason }),
  fc.record({ does: fc.constant('unlist' as const), reason }),
  fc.constant({ does: 'remove' } as const),
  fc.constant({ does: 'beginSync' } as const),
  fc.record({ does: fc.constant('stepSync' as const), which: fc.nat({ max: 2 }) }),
);

/** The truth about the address, kept apart from everything that is tested. */
class Truth {
  /** What Mailgun lists. */
  readonly listed = new Set<SuppressionReason>();
  /** What was told and not removed by a person since. */
  readonly told = new Map<SuppressionReason, { atMs: number; everListed: boolean }>();

  /** Whether it must be left out, whatever is still to be synced. */
  get mustBeSuppressed(): boolean {
    return this.listed.size > 0 || [...this.told.values()].some(({ everListed }) => !everListed);
  }

  /** Whether anything at all speaks against it. */
  get maySendOnly(): boolean {
    return this.listed.size === 0 && this.told.size === 0;
  }
}

class World {
  readonly syncer = new Syncer();
  readonly truth = new Truth();
  private readonly syncs: SyncRequest[] = [];
  private webhooks: { dueIn: number; reason: SuppressionReason; atMs: number }[] = [];

  constructor() {
    for (const other of SOMEBODY_ELSE) {
      for (const each of REASONS) this.syncer.lists.put(each, other, 1);
    }
  }

  async run(script: readonly Happening[]): Promise<void> {
    for (const one of script) {
      // Further apart than lists may lag: what happens within the lag is told apart by other tests.
      this.syncer.nowMs += 2 * HOUR_MS;
      await this.happen(one);
      await this.deliver(false);
    }
    await this.settle();
  }

  /** Everything under way comes to its end, then there is one more sync. */
  private async settle(): Promise<void> {
    await this.deliver(true);
    while (this.syncs.length > 0) await this.step(0);
    this.syncer.nowMs += 2 * HOUR_MS;
    await this.syncer.sync();
  }

  private async happen(one: Happening): Promise<void> {
    const { syncer, truth } = this;
    const atMs = syncer.nowMs;
    switch (one.does) {
      case 'suppress':
        this.list(one.reason);
        this.tell(one.reason, one.late, true);
        return;
      case 'tell':
        this.tell(one.reason, one.late, truth.listed.has(one.reason));
        return;
      case 'list':
        this.list(one.reason);
        return;
      case 'unlist':
        syncer.lists.entries[one.reason].delete(ADDRESS);
        truth.listed.delete(one.reason);
        return;
      case 'remove':
        for (const each of REASONS) syncer.lists.entries[each].delete(ADDRESS);
        truth.listed.clear();
        truth.told.clear();
        return syncer.remove(ADDRESS);
      case 'beginSync':
        this.syncs.push(beginSync(DOMAIN, atMs));
        return;
      case 'stepSync':
        return this.step(one.which);
    }
  }

  private list(each: SuppressionReason): void {
    this.syncer.lists.put(each, ADDRESS, this.syncer.nowMs);
    this.truth.listed.add(each);
    const told = this.truth.told.get(each);
    if (told !== undefined) told.everListed = true;
  }

  private tell(each: SuppressionReason, dueIn: number, everListed: boolean): void {
    const atMs = this.syncer.nowMs;
    this.webhooks.push({ dueIn, reason: each, atMs });
    const before = this.truth.told.get(each);
    this.truth.told.set(each, { atMs, everListed: everListed || before?.everListed === true });
  }

  private async deliver(all: boolean): Promise<void> {
    const due = this.webhooks.filter((one) => all || one.dueIn <= 0);
    this.webhooks = this.webhooks
      .filter((one) => !due.includes(one))
      .map((one) => ({ ...one, dueIn: one.dueIn - 1 }));
    for (const { reason: told, atMs } of due) {
      await this.syncer.tell(ADDRESS, { reason: told, cause: 'webhook', observedAtMs: atMs });
    }
  }

  /** An invocation that has time for one part of a list. */
  private async step(which: number): Promise<void> {
    const [request] = this.syncs.splice(which % Math.max(1, this.syncs.length), 1);
    if (request === undefined) return;
    let reads = 0;
    const startedMs = this.syncer.nowMs;
    const clock = () => startedMs + reads * 1_000_000;
    const { records } = this.syncer;
    const once = {
      ...this.syncer.dependencies,
      clock,
      lists: {
        read: (...given: Parameters<typeof this.syncer.lists.read>) => {
          reads += 1;
          return this.syncer.lists.read(...given);
        },
        readAllowlist: (...given: Parameters<typeof this.syncer.lists.readAllowlist>) => {
          reads += 1;
          return this.syncer.lists.readAllowlist(...given);
        },
      },
      records: {
        change: records.change.bind(records),
        page: (...given: Parameters<typeof records.page>) => {
          reads += 1;
          return records.page(...given);
        },
      },
    };
    await createSyncDomain(once)(request, startedMs + 300_000);
    this.syncs.push(...this.syncer.asked.splice(0).map((asked) => asked.request));
  }
}

it('ends suppressed if and only if the truth says so, however adds, syncs and removals interleave', async () => {
  const seen = { suppressed: 0, mailable: 0, open: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 25 }), async (script) => {
      const world = new World();
      await world.run(script);

      const isSuppressed = await world.syncer.isSuppressed(ADDRESS);
      if (world.truth.mustBeSuppressed) {
        seen.suppressed += 1;
        expect(isSuppressed).toBe(true);
      } else if (world.truth.maySendOnly) {
        seen.mailable += 1;
        expect(isSuppressed).toBe(false);
      } else {
        // Told and listed once, and off the list since: whether a sync saw it there decides.
        seen.open += 1;
      }
      for (const other of SOMEBODY_ELSE) expect(await world.syncer.isSuppressed(other)).toBe(true);
    }),
    { numRuns: 1_000 },
  );

  expect(seen.suppressed).toBeGreaterThan(100);
  expect(seen.mailable).toBeGreaterThan(50);
});
