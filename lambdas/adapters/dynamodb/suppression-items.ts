import * as z from 'zod';
import { suppressionIn, type SuppressionRecord } from '../../core/suppression/suppression-record';
import type { ItemKey } from './keys';

/** Version of the items; an item of another one is not understood. */
const VERSION = 1;

const reason = z.enum(['bounce', 'complaint', 'unsubscribe']);

const ground = z.object({
  reason,
  tag: z.string().optional(),
  cause: z.string(),
  observedAtMs: z.number(),
  confirmedAtMs: z.number(),
  listedAtMs: z.number().optional(),
  liftedAtMs: z.number().optional(),
});

const removal = z.object({
  atMs: z.number(),
  actor: z.string(),
  reason: z.string(),
  removed: z.array(z.string()),
});

const itemSchema = z.object({
  v: z.literal(VERSION),
  sk: z.string(),
  // What the first versions wrote, and all they read; kept up beside the grounds.
  reason: reason.optional(),
  cause: z.string().default('unknown'),
  observedAtMs: z.number().default(0),
  tags: z.set(z.string()).optional(),
  grounds: z.array(ground).optional(),
  removedAtMs: z.number().optional(),
  removal: removal.optional(),
  revision: z.number().optional(),
});

/** A record as it is stored, and what tells it from how it was before. */
export interface StoredItem {
  /** The recipient's digest, hexadecimal. */
  readonly sk: string;
  readonly record: SuppressionRecord;
  /** `undefined` for an item of the first versions. */
  readonly revision: number | undefined;
}

/** Reads an item. @throws when it is not of this version's shape: it may forbid mail. */
export function readItem(item: unknown): StoredItem {
  const { sk, revision, removedAtMs, removal: newest, ...stored } = itemSchema.parse(item);
  return {
    ...{ sk, revision },
    record: {
      grounds: stored.grounds ?? groundsOfFirstVersions(stored),
      ...(removedAtMs !== undefined && { removedAtMs }),
      ...(newest !== undefined && { removal: newest }),
    },
  };
}

/** Writes an item that the first versions understand too: where nothing is left they see a suppression. */
export function writeItem(
  key: ItemKey,
  record: SuppressionRecord,
  revision: number,
): Record<string, unknown> {
  const { reason: why, cause, observedAtMs, tags } = suppressionIn(record) ?? NOTHING_LEFT;
  return {
    ...{ ...key, v: VERSION, revision, reason: why, cause, observedAtMs },
    ...(tags !== undefined && { tags: new Set(tags) }),
    ...record,
  };
}

const NOTHING_LEFT = {
  ...{ reason: 'unsubscribe', cause: 'removed', observedAtMs: 0, tags: undefined },
};

function groundsOfFirstVersions({
  reason: why,
  cause,
  observedAtMs,
  tags,
}: Pick<z.infer<typeof itemSchema>, 'reason' | 'cause' | 'observedAtMs' | 'tags'>) {
  if (why === undefined) return [];
  const known = { reason: why, cause, observedAtMs, confirmedAtMs: observedAtMs };
  return tags === undefined ? [known] : [...tags].map((tag) => ({ ...known, tag }));
}
