import * as z from 'zod';

/** One Mailgun sending domain, as the sender needs it. */
const domainSchema = z.strictObject({
  region: z.enum(['us', 'eu']),
  /** Base URL of the API instead of the region's, such as a simulator's. No trailing slash. */
  apiBaseUrl: z.url().optional(),
  /** Tags a message may carry. */
  maxTags: z.number().int().min(0).max(10),
  /** How far ahead `deliverAt` may lie, in hours. */
  maxScheduleAheadHours: z.number().int().min(1).max(168),
});

export type SendingDomain = z.infer<typeof domainSchema>;

/** What the `send-batch` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** JSON: sending domains by name. */
  DOMAINS: z.string().transform((text, context) => {
    const parsed = z.record(z.string(), domainSchema).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: z.prettifyError(parsed.error) });
    return z.NEVER;
  }),
  /** `verify`: an unknown outcome stays in doubt until evidence settles it. `retry`: it is sent again. */
  ON_UNKNOWN_OUTCOME: z.enum(['verify', 'retry']),
  /**
   * Days a batch's records are kept. More than three times the queues' 14, or a redrive could mail
   * twice: a message may wait in its queue, then as a dead letter, then in its queue again.
   */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
