import * as z from 'zod';
import type { BreakerSettings } from '../../core/breaker/breaker';
import { DEFAULT_WARM_UP_CURVE } from '../../core/governor/warm-up';

/** What a domain may send. */
export const allowanceSchema = z.object({
  /** Most recipients a second; may be a fraction. */
  recipientsPerSecond: z.number().positive(),
  /** Most recipients on a day, UTC. */
  recipientsPerDay: z.number().int().positive().optional(),
  warmUp: z
    .strictObject({
      /** First day, `YYYY-MM-DD`, UTC. */
      startsOn: z.iso.date(),
      /** Recipients on the first, second, … day. */
      curve: z.array(z.number().int().positive()).readonly().default(DEFAULT_WARM_UP_CURVE),
    })
    .optional(),
});

/** When a domain's breaker opens, and for how long. */
export const breakerSchema = z.object({
  windowSeconds: z.number().positive(),
  minimumFaults: z.number().int().positive(),
  faultRate: z.number().positive().max(1),
  coolDownSeconds: z.number().positive(),
  longestCoolDownSeconds: z.number().positive(),
});

/** The same in the terms of the breaker. */
export function breakerSettings(breaker: z.output<typeof breakerSchema>): BreakerSettings {
  const { minimumFaults, faultRate } = breaker;
  return {
    ...{ minimumFaults, faultRate, windowMs: breaker.windowSeconds * 1_000 },
    coolDownMs: breaker.coolDownSeconds * 1_000,
    longestCoolDownMs: breaker.longestCoolDownSeconds * 1_000,
  };
}
