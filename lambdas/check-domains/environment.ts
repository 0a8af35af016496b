import * as z from 'zod';
import { jsonVariable } from '../adapters/environment/json-variable';
import { WEBHOOK_EVENTS } from '../core/webhook/webhook-registry';

const domainSchema = z.object({ region: z.enum(['us', 'eu']), apiBaseUrl: z.url().optional() });

/** What the `check-domains` function reads from its environment. */
export const environmentSchema = z.object({
  SECRET_ARN: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  /** Takes requests to release what is parked. */
  RELEASE_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  NOTIFICATION_QUEUE_URL: z.url(),
  /** Where Mailgun is to post. */
  WEBHOOK_URL: z.url(),
  /** JSON: kinds of events that are to be registered; none where nobody here registers any. */
  WEBHOOK_EVENTS: jsonVariable(z.array(z.enum(WEBHOOK_EVENTS)).readonly()),
  /** JSON: sending domains by name, and how each is reached. */
  DOMAINS: jsonVariable(z.record(z.string(), domainSchema)),
  /** Whether a domain that Mailgun does not let send is blocked. */
  BLOCKS: z.enum(['true', 'false']).transform((text) => text === 'true'),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
