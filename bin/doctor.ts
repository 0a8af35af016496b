import { parseArgs } from 'node:util';
import { stages } from '../config/stages';
import { NodeDns } from '../lambdas/adapters/dns/node-dns';
import { MailgunDomainAccount } from '../lambdas/adapters/mailgun/mailgun-domain-account';
import { MailgunWebhookRegistry } from '../lambdas/adapters/mailgun/mailgun-webhook-registry';
import { SendingQueueReader } from '../lambdas/adapters/mailgun/sending-queue-status';
import { examineDomain } from '../lambdas/core/domain-health/examine-domain';
import { errorsIn } from '../lambdas/core/domain-health/finding';
import { WEBHOOK_EVENTS } from '../lambdas/core/webhook/webhook-registry';
import { ask } from './setup/ask';
import { healthTable } from './setup/health-table';
import { accessTo } from './setup/mailgun-account';
import { UsageError } from './setup/options';

const USAGE = `Looks at a domain's set-up at Mailgun and in the DNS, and names the records to set.

  npm run doctor -- DOMAIN [--region us|eu] [--api-base-url URL] [--webhook-url URL] [--json]

  --region us|eu      where Mailgun has it (as in config/stages.ts, or us)
  --api-base-url URL  another server that speaks Mailgun's API
  --webhook-url URL   the URL that is to be registered for every kind of event
  --json              print what was found as JSON

The API key is taken from MAILGUN_API_KEY, or asked for. Exit code 1: something is wrong.
`;

const MISUSE = 2;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { values, positionals } = parsed(args);
  const [domain] = positionals;
  if (domain === undefined || positionals.length !== 1) {
    throw new UsageError(`domain: received ${positionals.length}, expected one`);
  }
  const configured = stages.map(({ domains }) => domains[domain]).find((one) => one !== undefined);
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
      webhooks: url === undefined ? undefined : { url, events: WEBHOOK_EVENTS },
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

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ region: text, 'api-base-url': text, 'webhook-url': text },
        json: { type: 'boolean' },
      },
    });
  } catch {
    throw new UsageError('received arguments nobody knows; keys are never arguments');
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const isMisuse = error instanceof UsageError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(isMisuse ? `${message}\n\n${USAGE}` : `${message}\n`);
    process.exitCode = isMisuse ? MISUSE : 1;
  },
);
