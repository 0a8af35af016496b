import * as z from 'zod';
import { WEBHOOK_EVENTS } from '../core/webhook/webhook-registry';

const domainSchema = z.object({ region: z.enum(['us', 'eu']), apiBaseUrl: z.url().optional() });

/** A value that a variable holds as JSON. */
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(schema);

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
  WEBHOOK_EVENTS: json(z.array(z.enum(WEBHOOK_EVENTS)).readonly()),
  /** JSON: sending domains by name, and how each is reached. */
  DOMAINS: json(z.record(z.string(), domainSchema)),
  /** Whether a domain that Mailgun does not let send is blocked. */
  BLOCKS: z.enum(['true', 'false']).transform((text) => text === 'true'),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
