import * as z from 'zod';

/** What the `record-events` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  TALLIES_TABLE_NAME: z.string().min(1),
  EVENTS_TABLE_NAME: z.string().min(1),
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  DEAD_LETTER_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** Days an event row is kept. */
  EVENTS_TTL_DAYS: z.coerce.number().int().positive(),
  /** Days a batch's records are kept: evidence that rewrites a submission must not shorten its life. */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
