import * as z from 'zod';

/** What the `control` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  TALLIES_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  /** Takes requests to release what is parked. */
  RELEASE_QUEUE_URL: z.url(),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
