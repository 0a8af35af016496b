import * as z from 'zod';
import { jsonVariable } from '../adapters/environment/json-variable';

const domainSchema = z.object({
  region: z.enum(['us', 'eu']),
  /** Base URL of the API instead of the region's, such as a simulator's. No trailing slash. */
  apiBaseUrl: z.url().optional(),
});

/** What the `sync-suppressions` function reads from its environment. */
export const environmentSchema = z.object({
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  SYNC_QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  NOTIFICATION_QUEUE_URL: z.url(),
  /** JSON: sending domains by name, as the sender has them. */
  DOMAINS: jsonVariable(z.record(z.string(), domainSchema)),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
