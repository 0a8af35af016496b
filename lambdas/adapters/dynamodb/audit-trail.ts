import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod';
import { TransientError } from '../../core/errors';
import type { StandingChange, StandingEntry } from '../../core/standing/standing';
import { auditedItem, CONTROL_ITEM_VERSION, readControlItem } from './control-items';
import type { ControlStore } from './control-store';
import { AUDIT_PREFIX, auditKey, type ItemKey } from './keys';

type AuditedItem = z.infer<typeof auditedItem>;

/** What a change makes of an item: a standing, a decision or a redrive. */
export type Decided = Pick<AuditedItem, 'standing' | 'decision' | 'decidedAtMs' | 'redrive'>;

/** One change of one item. */
export interface AuditedChange {
  readonly key: ItemKey;
  readonly change: StandingChange;
  /** @returns what the item becomes, or `undefined` where it is to stay as it is. Called again after a lost race. */
  readonly decide: (current: AuditedItem | undefined) => Decided | undefined;
}

/** Lost races before a change is given up. */
const MAX_TRIES = 20;
const BASE_DELAY_MS = 5;

/**
 * Changes items and keeps every change. An item is itself the newest entry of its trail; it is
 * filed as a row of its own before the next change replaces it, so a crash in between leaves an
 * entry twice, under one key, and never not at all.
 */
export class AuditTrail {
  constructor(private readonly store: ControlStore) {}

  /** @returns whether this call changed the item. */
  async change(change: AuditedChange): Promise<boolean> {
    const token = randomUUID();
    let mayBeFiledAs: ItemKey | undefined;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const keys = mayBeFiledAs === undefined ? [change.key] : [change.key, mayBeFiledAs];
      const [stored, filed] = await this.store.read(keys);
      // Written unseen, after a lost reply, and replaced by somebody else since.
      if (filed !== undefined) return true;

      const current = readControlItem(auditedItem, stored);
      const decided = change.decide(current);
      if (decided === undefined) return false;

      await this.file(change.key, current);
      const sequence = (current?.changes ?? 0) + 1;
      if (await this.replace(change, current, { ...decided, changes: sequence, token }))
        return true;

      mayBeFiledAs = auditKey(change.key, { sequence, token });
      await sleep(Math.random() * BASE_DELAY_MS * (tries + 1));
    }
    throw new TransientError('could not change a standing: it kept changing');
  }

  /** The trail of some items of one partition, each item's in the order of its changes. */
  async history(keys: readonly [ItemKey, ...ItemKey[]]): Promise<readonly StandingEntry[]> {
    // The newest first: what is replaced while the filed ones are read is then among these.
    const newest = await this.store.read(keys);
    const filed = await this.store.query(keys[0].pk, AUDIT_PREFIX);
    const trails = keys.map(({ sk }, index) => {
      const rows = filed.filter((item) => String(item['sk']).startsWith(`${AUDIT_PREFIX}${sk}#`));
      const items = [...rows, newest[index]].flatMap(
        (item) => readControlItem(auditedItem, item) ?? [],
      );
      return [...new Map(items.map((item) => [item.changeToken, item])).values()];
    });
    // Each trail is in order; a stable sort by time puts two of them together.
    const entries = trails.map((trail) => trail.flatMap((item) => entryOf(item) ?? []));
    return merged(entries);
  }

  private async file(key: ItemKey, current: AuditedItem | undefined): Promise<void> {
    if (current?.sinceMs === undefined) return;

    const { changes, changeToken = 'none', standing, reason, actor, sinceMs } = current;
    const { decision, decidedAtMs, redrive } = current;
    await this.store.update('file a change', {
      key: auditKey(key, { sequence: changes, token: changeToken }),
      set: withoutUndefined({
        ...{ v: CONTROL_ITEM_VERSION, standing, decision, decidedAtMs, redrive },
        ...{ reason, actor, sinceMs, changeToken, changes },
      }),
    });
  }

  private replace(
    { key, change: { reason, actor, atMs } }: AuditedChange,
    current: AuditedItem | undefined,
    { token, ...decided }: Decided & { readonly changes: number; readonly token: string },
  ): Promise<boolean> {
    const seenToken = current?.changeToken;
    const isAsSeen =
      seenToken === undefined ? 'attribute_not_exists(#changeToken)' : '#changeToken = :seenToken';
    return this.store.update('change a standing', {
      key,
      set: {
        ...withoutUndefined(decided),
        ...{ v: CONTROL_ITEM_VERSION, reason, actor, sinceMs: atMs, changeToken: token },
      },
      // The token makes the SDK's own repeat of this write, after a lost reply, count as this write.
      condition: `${isAsSeen} OR #changeToken = :changeToken`,
      ...(seenToken === undefined ? {} : { values: { ':seenToken': seenToken } }),
    });
  }
}

function entryOf({ standing, decision, redrive, ...item }: AuditedItem): StandingEntry | undefined {
  // An item that was described and never changed.
  if (item.sinceMs === undefined) return undefined;

  const change = { reason: item.reason ?? '', actor: item.actor ?? '', atMs: item.sinceMs };
  if (redrive !== undefined) return { ...change, redrive };
  return decision === undefined
    ? { ...change, standing: standing ?? 'active' }
    : { ...change, doubts: decision };
}

/** Merges lists by time. Each keeps its own order, also where two clocks disagreed. */
function merged(lists: readonly (readonly StandingEntry[])[]): readonly StandingEntry[] {
  const open = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const entries: StandingEntry[] = [];
  while (open.length > 0) {
    open.sort(([a], [b]) => (a?.atMs ?? 0) - (b?.atMs ?? 0));
    entries.push(...(open[0]?.splice(0, 1) ?? []));
    if (open[0]?.length === 0) open.shift();
  }
  return entries;
}

function withoutUndefined(attributes: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
