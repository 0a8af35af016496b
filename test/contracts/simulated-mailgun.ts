import type { MailgunAccess } from '../../lambdas/adapters/mailgun/mailgun-access';
import { Transport } from '../../lambdas/adapters/mailgun/transport';
import type { Simulator } from '../../local/mailgun-simulator/simulator';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';

/** What an adapter needs to call a simulator that serves these domains. */
export function accessToSimulator(
  { url, apiKey }: Simulator,
  domains: readonly string[],
): MailgunAccess {
  return {
    domains: Object.fromEntries(domains.map((name) => [name, { region: 'us', apiBaseUrl: url }])),
    secrets: new InMemorySecrets({ apiKeys: { default: apiKey } }),
    transport: new Transport(),
    clock: Date.now,
  };
}
