import * as z from 'zod';

/** What the `publish-notifications` function reads from its environment. */
export const environmentSchema = z.object({
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** Empty where delivery events are not published. */
  DELIVERY_EVENTS_TOPIC_ARN: z.string(),
  QUEUE_URL: z.url(),
  DEAD_LETTER_QUEUE_URL: z.url(),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
