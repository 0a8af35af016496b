import * as z from 'zod';

/** What the `release-parked` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  PARKED_BUCKET_NAME: z.string().min(1),
  CAMPAIGN_QUEUE_URL: z.url(),
  RELEASE_QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** Takes notifications that the topic did not. */
  NOTIFICATION_QUEUE_URL: z.url(),
  /** Most batches that one release puts back a second. */
  RELEASE_BATCHES_PER_SECOND: z.coerce.number().int().positive(),
  /** Days the bucket keeps a payload. */
  PARKED_DAYS: z.coerce.number().int().positive(),
  /** Days a batch's records are kept. */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
