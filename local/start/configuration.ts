import type { Configuration } from '../../lib/config/configuration';
import type { StartOptions } from './options';
import { SAMPLE_DOMAIN } from './sample-campaign';

/** So that a person who watches sees a breaker open and a doubt settled within minutes. */
const IMPATIENT = {
  eventsTrustedAfterMinutes: 1,
  breaker: { windowSeconds: 20, minimumFaults: 3, coolDownSeconds: 5, longestCoolDownSeconds: 20 },
} as const;

/** Real seconds after which most of what happens to a message has happened. */
const SOONEST_PASS_SECONDS = 15;

/** The same where nothing is lost: the campaign is over before anything is compared. */
const UNHURRIED_PASS_SECONDS = 90;

/** Recipients a second whose webhooks this machine takes without falling behind. */
const RECIPIENTS_A_SECOND = 50;

/** Recipients a second: so few that a busy machine, too, hears of bounces before it has sent half of a list. */
const WATCHABLE_RATE = 20;

/**
 * When submissions are compared, in minutes. An hour of Mailgun's is a second here, and the last event comes after
 * some 40; but webhooks of a large campaign wait for this machine, and a pass that overtakes them does their work
 * twice.
 */
function passesFor(recipients: number, loses: boolean): number[] {
  const soonest = loses ? SOONEST_PASS_SECONDS : UNHURRIED_PASS_SECONDS;
  const firstSeconds = Math.max(soonest, recipients / RECIPIENTS_A_SECOND);
  return [firstSeconds, firstSeconds + 20, firstSeconds + 50].map((seconds) => seconds / 60);
}

/** The deployment that runs on this machine. */
export function localConfiguration(
  mailgunUrl: string,
  {
    chaos,
    lossy,
    scenario,
    recipients,
  }: Pick<StartOptions, 'chaos' | 'lossy' | 'scenario' | 'recipients'>,
): Configuration {
  return {
    stage: 'local',
    development: true,
    domains: {
      [SAMPLE_DOMAIN]: {
        ...({ region: 'us', apiBaseUrl: mailgunUrl } as const),
        ...(scenario && { recipientsPerSecond: WATCHABLE_RATE }),
      },
    },
    reconciliation: { afterMinutes: passesFor(recipients, chaos || lossy) },
    // The readers of the simulator are quick: a whole campaign takes minutes.
    events: { machineWithinSeconds: 0 },
    // So that who is put on a list of the simulator is left out within a minute.
    suppressions: { syncHours: 1 / 60 },
    ...(chaos && IMPATIENT),
  };
}
