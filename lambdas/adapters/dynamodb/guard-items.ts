import * as z from 'zod';
import { GUARD_KINDS, GUARD_WINDOWS } from '../../core/guard/limits';
import { CONTROL_ITEM_VERSION } from './control-items';

const stored = { v: z.literal(CONTROL_ITEM_VERSION), pk: z.string(), sk: z.string() };
const share = z.object({ events: z.number(), of: z.number() });
const windows = z.object({ short: share, long: share });

const finding = z.object({
  level: z.enum(['warn', 'pause']),
  kind: z.enum(GUARD_KINDS),
  window: z.enum(GUARD_WINDOWS),
  events: z.number(),
  of: z.number(),
  rate: z.number(),
  limit: z.number(),
});

const act = z.object({
  atMs: z.number(),
  reason: z.string(),
  figures: z.record(z.string(), z.union([z.string(), z.number()])),
  isDone: z.boolean(),
});

/** What the guard knows of a campaign or an account. */
const facts = z.object({
  evaluatedAtMs: z.number().exactOptional(),
  sweepAtMs: z.number().exactOptional(),
  armedSinceMs: z.number().exactOptional(),
  level: z.enum(['none', 'warn', 'pause']),
  finding: finding.exactOptional(),
  warned: z.array(z.enum(GUARD_KINDS)),
  act: act.exactOptional(),
  completedAtMs: z.number().exactOptional(),
});

/** Item `guard` of a campaign or an account. */
export const guardItem = z.object({
  ...stored,
  token: z.string(),
  nextAtMs: z.number(),
  /** Missing until the first evaluation has come to an end. */
  facts: facts.optional(),
});

/** Item `guardCounts#<campaign>` of an account. */
export const countsItem = z.object({
  ...stored,
  campaignId: z.string(),
  asOfMs: z.number(),
  counts: z.object({ bounce: windows, complaint: windows }),
});

/** Item `guardPause#<time>#<campaign>` of an account. */
export const pauseItem = z.object({ ...stored, campaignId: z.string(), atMs: z.number() });

/** Item of a campaign that is watched. */
export const watchItem = z.object({
  ...stored,
  accountId: z.string(),
  campaignId: z.string(),
  untilMs: z.number(),
});
