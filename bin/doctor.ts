import { stages } from '../config/stages';
import { NodeDns } from '../lambdas/adapters/dns/node-dns';
import { MailgunDomainAccount } from '../lambdas/adapters/mailgun/mailgun-domain-account';
import { MailgunWebhookRegistry } from '../lambdas/adapters/mailgun/mailgun-webhook-registry';
import { SendingQueueReader } from '../lambdas/adapters/mailgun/sending-queue-status';
import { examineDomain } from '../lambdas/core/domain-health/examine-domain';
import { errorsIn } from '../lambdas/core/domain-health/finding';
import { FLAG, readOptions, runCommand, TEXT, UsageError } from './command';
import { ask } from './setup/ask';
import { healthTable } from './setup/health-table';
import { accessTo } from './setup/mailgun-account';
import { wantedEvents } from './setup/wanted-events';

const USAGE = `Looks at a domain's set-up at Mailgun and in the DNS, and names the records to set.

  npm run doctor -- DOMAIN [--region us|eu] [--api-base-url URL] [--webhook-url URL] [--json]

  --region us|eu      where Mailgun has it (as in config/stages.ts, or us)
  --api-base-url URL  another server that speaks Mailgun's API
  --webhook-url URL   the URL that is to be registered, for all that config/stages.ts does not skip
  --json              print what was found as JSON

The API key is taken from MAILGUN_API_KEY, or asked for. Exit code 1: something is wrong.
`;

const OPTIONS = {
  ...{ region: TEXT, 'api-base-url': TEXT, 'webhook-url': TEXT },
  json: FLAG,
} as const;

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readOptions(args, { allowPositionals: true, options: OPTIONS });
  const [domain] = positionals;
  if (domain === undefined || positionals.length !== 1) {
    throw new UsageError(`domain: received ${positionals.length}, expected one`);
  }
  const stage = stages.find(({ domains }) => domains[domain] !== undefined);
  const configured = stage?.domains[domain];
  const region = values.region ?? configured?.region ?? 'us';
  if (region !== 'us' && region !== 'eu') {
    throw new UsageError(`--region: received ${region}, expected us or eu`);
  }
  const apiBaseUrl = values['api-base-url'] ?? configured?.apiBaseUrl;
  const apiKey = process.env['MAILGUN_API_KEY'] ?? (await ask('Mailgun API key', { hidden: true }));
  const access = accessTo({ domain, region, apiBaseUrl, apiKey });
  const url = values['webhook-url'];
  const health = await examineDomain(
    {
      account: new MailgunDomainAccount(access),
      dns: new NodeDns(),
      registry: new MailgunWebhookRegistry(access),
      queues: new SendingQueueReader(access),
      webhooks: url === undefined ? undefined : { url, events: wantedEvents(stage) },
      clock: Date.now,
    },
    domain,
  );
  const { isTTY } = process.stdout;
  process.stdout.write(
    values.json === true ? `${JSON.stringify(health, null, 2)}\n` : healthTable(health, isTTY),
  );
  return errorsIn(health).length > 0 ? 1 : 0;
}

runCommand({ usage: USAGE, run });
