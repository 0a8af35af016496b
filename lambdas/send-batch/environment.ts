import * as z from 'zod';
import { jsonVariable } from '../adapters/environment/json-variable';
import type { BreakerSettings } from '../core/breaker/breaker';
import { DEFAULT_WARM_UP_CURVE } from '../core/governor/warm-up';

/** One Mailgun sending domain, as the sender needs it. */
const domainSchema = z.strictObject({
  region: z.enum(['us', 'eu']),
  /** Base URL of the API instead of the region's, such as a simulator's. No trailing slash. */
  apiBaseUrl: z.url().optional(),
  /** Tags a message may carry. */
  maxTags: z.number().int().min(0).max(10),
  /** How far ahead `deliverAt` may lie, in hours. */
  maxScheduleAheadHours: z.number().int().min(1).max(168),
  /** How long Mailgun keeps the domain's events, in hours. */
  eventsKeptHours: z.number().int().min(24).max(720),
  /** Most recipients a second; may be a fraction. */
  recipientsPerSecond: z.number().positive(),
  /** Most recipients on a day, UTC. */
  recipientsPerDay: z.number().int().positive().optional(),
  warmUp: z
    .strictObject({
      /** First day, `YYYY-MM-DD`, UTC. */
      startsOn: z.iso.date(),
      /** Recipients on the first, second, … day. */
      curve: z.array(z.number().int().positive()).readonly().default(DEFAULT_WARM_UP_CURVE),
    })
    .optional(),
});

export type SendingDomain = z.infer<typeof domainSchema>;

const breakerSchema = z
  .strictObject({
    windowSeconds: z.number().positive(),
    minimumFaults: z.number().int().positive(),
    faultRate: z.number().positive().max(1),
    coolDownSeconds: z.number().positive(),
    longestCoolDownSeconds: z.number().positive(),
    pauseAfterMinutes: z.number().positive().optional(),
  })
  .transform((breaker): { settings: BreakerSettings; pauseAfterOpenMs: number | undefined } => ({
    settings: {
      windowMs: breaker.windowSeconds * 1_000,
      minimumFaults: breaker.minimumFaults,
      faultRate: breaker.faultRate,
      coolDownMs: breaker.coolDownSeconds * 1_000,
      longestCoolDownMs: breaker.longestCoolDownSeconds * 1_000,
    },
    pauseAfterOpenMs:
      breaker.pauseAfterMinutes === undefined ? undefined : breaker.pauseAfterMinutes * 60_000,
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
  BREAKER: jsonVariable(breakerSchema),
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
