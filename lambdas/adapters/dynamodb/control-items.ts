import * as z from 'zod';
import { TransientError } from '../../core/errors';

/** Version of the items below; an item of another one is not understood. */
export const CONTROL_ITEM_VERSION = 1;

const stored = { v: z.literal(CONTROL_ITEM_VERSION), pk: z.string(), sk: z.string() };
const changed = {
  reason: z.string().optional(),
  actor: z.string().optional(),
  sinceMs: z.number().optional(),
  changeToken: z.string().optional(),
};
const decision = z.enum(['resend', 'accept']);

/** Item `standing` of a campaign. */
export const campaignItem = z.object({
  ...stored,
  ...changed,
  standing: z.enum(['active', 'paused', 'cancelled']).default('active'),
  name: z.string().optional(),
  expectedRecipients: z.number().optional(),
});

/** Item `standing` of an account. */
export const accountItem = z.object({
  ...stored,
  ...changed,
  standing: z.enum(['active', 'suspended']).default('active'),
});

/** Item `standing` of a domain. */
export const domainItem = z.object({
  ...stored,
  ...changed,
  standing: z.enum(['active', 'blocked']).default('active'),
});

/** Item `doubt` of a campaign. */
export const doubtItem = z.object({ ...stored, ...changed, decision, decidedAtMs: z.number() });

/** Any item whose changes are kept, and a change of it that was filed. */
export const auditedItem = z.object({
  ...stored,
  ...changed,
  standing: z.enum(['active', 'paused', 'cancelled', 'suspended', 'blocked']).optional(),
  decision: decision.optional(),
  decidedAtMs: z.number().optional(),
  redrive: z.literal('requested').optional(),
  /** How many changes there were, this one included. */
  changes: z.number().default(0),
});

/** Item `hold` of a domain. */
export const holdItem = z.object({
  ...stored,
  untilMs: z.number(),
  notified: z.boolean().default(false),
});

/** Item `cap` of a domain. */
export const capItem = z
  .object({
    ...stored,
    recipientCap: z.number().int().positive(),
    setAtMs: z.number().optional(),
    /** Epoch seconds. */
    ttl: z.number(),
  })
  // Written before caps grew back, for a day.
  .transform(({ setAtMs, ...item }) => ({
    ...item,
    setAtMs: setAtMs ?? (item.ttl - 86_400) * 1000,
  }));

/**
 * Reads one stored item.
 *
 * @returns `undefined` for an item that does not exist.
 * @throws {TransientError} when it is not of the shape this version knows: what may forbid sending
 *   is never guessed, and a later deployment may read it.
 */
export function readControlItem<Schema extends z.ZodType>(
  schema: Schema,
  item: Readonly<Record<string, unknown>> | undefined,
): z.infer<Schema> | undefined {
  if (item === undefined) return undefined;

  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;

  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new TransientError(`a stored control is not of version ${CONTROL_ITEM_VERSION}: ${fields}`);
}
