import type { SendingDomain } from '../../../lambdas/send-batch/environment';

/** A configured sending domain with the defaults of the configuration. */
export const aSendingDomain = (different: Partial<SendingDomain> = {}): SendingDomain => ({
  region: 'us',
  maxTags: 3,
  maxScheduleAheadHours: 72,
  eventsKeptHours: 24,
  recipientsPerSecond: 1_000,
  ...different,
});
