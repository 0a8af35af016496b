import * as z from 'zod';
import {
  allowanceSchema,
  breakerSchema,
  breakerSettings,
} from '../adapters/environment/domain-settings';
import { jsonVariable } from '../adapters/environment/json-variable';

/** One Mailgun sending domain, as the sender needs it. */
const domainSchema = z.strictObject({
  ...allowanceSchema.shape,
  region: z.enum(['us', 'eu']),
  /** Base URL of the API instead of the region's, such as a simulator's. No trailing slash. */
  apiBaseUrl: z.url().optional(),
  /** Tags a message may carry. */
  maxTags: z.number().int().min(0).max(10),
  /** How far ahead `deliverAt` may lie, in hours. */
  maxScheduleAheadHours: z.number().int().min(1).max(168),
  /** How long Mailgun keeps the domain's events, in hours. */
  eventsKeptHours: z.number().int().min(24).max(720),
});

export type SendingDomain = z.infer<typeof domainSchema>;

const sendersBreakerSchema = z
  .strictObject({
    ...breakerSchema.shape,
    pauseAfterMinutes: z.number().positive().optional(),
  })
  .transform(({ pauseAfterMinutes, ...breaker }) => ({
    settings: breakerSettings(breaker),
    pauseAfterOpenMs: pauseAfterMinutes === undefined ? undefined : pauseAfterMinutes * 60_000,
  }));

/** What the `send-batch` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  PARKED_BUCKET_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** Empty where nothing is reconciled. */
  RECONCILE_QUEUE_URL: z.union([z.literal(''), z.url()]),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** Takes notifications that the topic did not. */
  NOTIFICATION_QUEUE_URL: z.url(),
  /** JSON: sending domains by name. */
  DOMAINS: jsonVariable(z.record(z.string(), domainSchema)),
  /** JSON: when a domain's breaker opens, for how long, and when it pauses what it stops. */
  BREAKER: jsonVariable(sendersBreakerSchema),
  /** `verify`: an unknown outcome stays in doubt until evidence settles it. `retry`: it is sent again. */
  ON_UNKNOWN_OUTCOME: z.enum(['verify', 'retry']),
  /** Where Mailgun's events can't be read. `hold`: wait for a person's word. `resend`: send again. */
  ON_UNREADABLE_EVENTS: z.enum(['hold', 'resend']),
  /** From when on an absence among Mailgun's events counts, in minutes after the call. */
  EVENTS_TRUSTED_AFTER_MINUTES: z.coerce.number().int().min(1).max(240),
  /**
   * Days a batch's records are kept. More than three times the queues' 14, or a redrive could mail
   * twice: a message may wait in its queue, then as a dead letter, then in its queue again.
   */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
