import * as z from 'zod';
import {
  allowanceSchema,
  breakerSchema,
  breakerSettings,
} from '../adapters/environment/domain-settings';
import { jsonVariable } from '../adapters/environment/json-variable';
import type { GovernorSettings } from '../core/governor/governor';

/** Where a domain's API is. */
interface ControlledDomain {
  readonly region: 'us' | 'eu';
  readonly apiBaseUrl?: string | undefined;
}

/** Where a domain lives and what it may send; the sender's other settings of it are not read here. */
const domainSchema = allowanceSchema
  .extend({ region: z.enum(['us', 'eu']), apiBaseUrl: z.url().optional() })
  .transform((settings): GovernorSettings & ControlledDomain => settings);

/** A queue and its dead-letter queue, by the names SQS knows them by. */
const redrivableSchema = z.object({ queue: z.string().min(1), deadLetters: z.string().min(1) });

/** What the `control` function reads from its environment. */
export const environmentSchema = z.object({
  BATCHES_TABLE_NAME: z.string().min(1),
  TALLIES_TABLE_NAME: z.string().min(1),
  CONTROLS_TABLE_NAME: z.string().min(1),
  SUPPRESSIONS_TABLE_NAME: z.string().min(1),
  SECRET_ARN: z.string().min(1),
  /** Takes requests to release what is parked. */
  RELEASE_QUEUE_URL: z.url(),
  NOTIFICATIONS_TOPIC_ARN: z.string().min(1),
  /** Takes notifications that the topic did not. */
  NOTIFICATION_QUEUE_URL: z.url(),
  /**
   * JSON: the queues whose dead letters can be put back, by the name callers know them by. Names
   * only: an environment holds 4 kB, and their URLs differ from `RELEASE_QUEUE_URL` in the name alone.
   */
  REDRIVABLE_QUEUES: jsonVariable(z.record(z.string(), redrivableSchema)),
  /** JSON: sending domains by name, as the sender has them. */
  DOMAINS: jsonVariable(z.record(z.string(), domainSchema)),
  /** JSON: the breakers' settings, as the sender has them. */
  BREAKER: jsonVariable(breakerSchema.transform(breakerSettings)),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
