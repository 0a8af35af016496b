import * as z from 'zod';
import {
  allowanceSchema,
  breakerSchema,
  breakerSettings,
} from '../adapters/environment/domain-settings';
import { jsonVariable } from '../adapters/environment/json-variable';
import type { GovernorSettings } from '../core/governor/governor';
import type { GuardSettings } from '../core/guard/limits';

const share = z.number().positive().max(1);

const limitSchema = z.object({
  warn: share,
  pause: share,
  minimumRecipients: z.number().int().positive(),
  minimumEvents: z.number().int().positive(),
});

const windowsSchema = z.object({ short: limitSchema, long: limitSchema });

const settingsSchema: z.ZodType<GuardSettings> = z.object({
  enabled: z.boolean(),
  bounce: windowsSchema,
  complaint: windowsSchema,
  pausesUntilSuspended: z.number().int().positive(),
});

/** What the `guard` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  TALLIES_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  GUARD_QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  NOTIFICATION_QUEUE_URL: z.url(),
  /** Days a batch's records are kept, and what the guard knows of a campaign with them. */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
  /** JSON: what each domain may send, by name, as the sender has it. */
  DOMAINS: jsonVariable(
    z.record(
      z.string(),
      allowanceSchema.transform((settings): GovernorSettings => settings),
    ),
  ),
  /** JSON: the breakers' settings, as the sender has them. */
  BREAKER: jsonVariable(breakerSchema.transform(breakerSettings)),
  /** JSON: the limits. */
  GUARD: jsonVariable(settingsSchema),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
