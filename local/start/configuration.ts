import type { Configuration } from '../../lib/config/configuration';
import { SAMPLE_DOMAIN } from './sample-campaign';

/** The deployment that runs on this machine. */
export function localConfiguration(mailgunUrl: string): Configuration {
  return {
    stage: 'local',
    development: true,
    domains: { [SAMPLE_DOMAIN]: { region: 'us', apiBaseUrl: mailgunUrl } },
  };
}
