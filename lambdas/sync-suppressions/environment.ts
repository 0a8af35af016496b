import * as z from 'zod';

const domainSchema = z.object({
  region: z.enum(['us', 'eu']),
  /** Base URL of the API instead of the region's, such as a simulator's. No trailing slash. */
  apiBaseUrl: z.url().optional(),
});

/** A value that a variable holds as JSON. */
const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((text, context): z.output<T> => {
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: z.prettifyError(parsed.error) });
    return z.NEVER;
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
  DOMAINS: json(z.record(z.string(), domainSchema)),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
