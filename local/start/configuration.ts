import type { Configuration } from '../../lib/config/configuration';
import { SAMPLE_DOMAIN } from './sample-campaign';

/** So that a person who watches sees a breaker open and a doubt settled within minutes. */
const IMPATIENT = {
  eventsTrustedAfterMinutes: 1,
  breaker: { windowSeconds: 20, minimumCalls: 3, coolDownSeconds: 5, longestCoolDownSeconds: 20 },
} as const;

/** The deployment that runs on this machine. */
export function localConfiguration(mailgunUrl: string, chaos: boolean): Configuration {
  return {
    stage: 'local',
    development: true,
    domains: { [SAMPLE_DOMAIN]: { region: 'us', apiBaseUrl: mailgunUrl } },
    // The readers of the simulator are quick: a whole campaign takes minutes.
    events: { machineWithinSeconds: 0 },
    ...(chaos && IMPATIENT),
  };
}
