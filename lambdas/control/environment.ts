import * as z from 'zod';
import { jsonVariable } from '../adapters/environment/json-variable';
import type { BreakerSettings } from '../core/breaker/breaker';
import type { GovernorSettings } from '../core/governor/governor';
import { DEFAULT_WARM_UP_CURVE } from '../core/governor/warm-up';

/** Where a domain's API is. */
interface ControlledDomain {
  readonly region: 'us' | 'eu';
  readonly apiBaseUrl?: string | undefined;
}

/** Where a domain lives and what it may send; the sender's other settings of it are not read here. */
const domainSchema = z
  .object({
    region: z.enum(['us', 'eu']),
    apiBaseUrl: z.url().optional(),
    recipientsPerSecond: z.number().positive(),
    recipientsPerDay: z.number().int().positive().optional(),
    warmUp: z
      .object({
        startsOn: z.iso.date(),
        curve: z.array(z.number().int().positive()).readonly().default(DEFAULT_WARM_UP_CURVE),
      })
      .optional(),
  })
  .transform((settings): GovernorSettings & ControlledDomain => settings);

const breakerSchema = z
  .object({
    windowSeconds: z.number().positive(),
    minimumFaults: z.number().int().positive(),
    faultRate: z.number().positive().max(1),
    coolDownSeconds: z.number().positive(),
    longestCoolDownSeconds: z.number().positive(),
  })
  .transform(({ minimumFaults, faultRate, ...seconds }): BreakerSettings => ({
    ...{ minimumFaults, faultRate, windowMs: seconds.windowSeconds * 1_000 },
    coolDownMs: seconds.coolDownSeconds * 1_000,
    longestCoolDownMs: seconds.longestCoolDownSeconds * 1_000,
  }));

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
  BREAKER: jsonVariable(breakerSchema),
});

/** The same, as the deployment must write it. */
export type Environment = Readonly<Record<keyof z.input<typeof environmentSchema>, string>>;
