import * as z from 'zod';
import { jsonVariable } from '../adapters/environment/json-variable';

/** What the `receive-webhook` function reads from its environment. */
export const environmentSchema = z.object({
  EVENT_QUEUE_URL: z.url(),
  SECRET_ARN: z.string().min(1),
  /** Oldest signature accepted, in seconds. Mailgun retries a call for 8 hours. */
  MAX_AGE_SECONDS: z.coerce.number().int().positive(),
  /** How far a signature may lie ahead of our clock, in seconds. */
  MAX_AHEAD_SECONDS: z.coerce.number().int().positive(),
  /** JSON: networks that calls are taken from, such as `198.51.100.0/24`; with none, from everywhere. */
  SOURCE_NETWORKS: jsonVariable(z.array(z.union([z.cidrv4(), z.cidrv6()]))),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
