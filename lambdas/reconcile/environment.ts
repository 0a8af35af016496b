import * as z from 'zod';
import { jsonVariable } from '../adapters/environment/json-variable';

/** One Mailgun sending domain, as far as its events are read. */
const domainSchema = z.strictObject({
  region: z.enum(['us', 'eu']),
  /** Base URL of the API instead of the region's, such as a simulator's. No trailing slash. */
  apiBaseUrl: z.url().optional(),
});

/** What the `reconcile` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  TALLIES_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  RECONCILE_QUEUE_URL: z.url(),
  EVENT_QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** Opens and clicks up to so many seconds after the delivery are a program's. */
  MACHINE_WITHIN_SECONDS: z.coerce.number().nonnegative(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  NOTIFICATION_QUEUE_URL: z.url(),
  /** JSON: sending domains by name. */
  DOMAINS: jsonVariable(z.record(z.string(), domainSchema)),
  /** Which of Mailgun's two APIs is read. */
  SOURCE: z.enum(['events', 'logs']),
  /** JSON: minutes after Mailgun begins to deliver, ascending; one a pass. May be fractions. */
  AFTER_MINUTES: jsonVariable(z.array(z.number().positive()).min(1)),
  /** Days a batch's records are kept. */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
