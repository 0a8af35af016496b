import * as z from 'zod';
import { DELIVERY_EVENT_TYPES } from '../core/delivery-event/delivery-event';

/** What the `record-events` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  TALLIES_TABLE_NAME: z.string().min(1),
  EVENTS_TABLE_NAME: z.string().min(1),
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  /** Wakes the guard. */
  GUARD_QUEUE_URL: z.url(),
  SECRET_ARN: z.string().min(1),
  DEAD_LETTER_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** Takes notifications that the topic did not. */
  NOTIFICATION_QUEUE_URL: z.url(),
  /** Empty where delivery events are not published. */
  DELIVERY_EVENTS_TOPIC_ARN: z.string(),
  /** Types of delivery events that are published, separated by commas. */
  DELIVERY_EVENTS: z.string().transform((list) => {
    const types = list.split(',');
    return new Set(DELIVERY_EVENT_TYPES.filter((type) => types.includes(type)));
  }),
  /** Opens and clicks up to so long after the delivery are a program's; 0 for none of them. */
  MACHINE_WITHIN_SECONDS: z.coerce.number().nonnegative(),
  /** Days an event row is kept. */
  EVENTS_TTL_DAYS: z.coerce.number().int().positive(),
  /**
   * Days a batch's records are kept, and tallies after their last addition: evidence that rewrites a
   * submission must not shorten its life.
   */
  RECORDS_TTL_DAYS: z.coerce.number().int().min(43),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
