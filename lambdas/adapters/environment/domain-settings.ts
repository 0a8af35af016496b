import * as z from 'zod';
import type { BreakerSettings } from '../../core/breaker/breaker';
import { DEFAULT_WARM_UP_CURVE } from '../../core/governor/warm-up';

/** What a domain may send; other settings of it are left out. */
export const allowanceSchema = z.object({
  recipientsPerSecond: z.number().positive(),
  recipientsPerDay: z.number().int().positive().optional(),
  warmUp: z
    .object({
      startsOn: z.iso.date(),
      curve: z.array(z.number().int().positive()).readonly().default(DEFAULT_WARM_UP_CURVE),
    })
    .optional(),
});

/** The breakers' settings, for whoever only reads breakers. */
export const breakerSchema = z
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
