import { parseArgs } from 'node:util';
import type { DomainSettings } from './domains/domain';
import type { SimulatorOptions } from './options';

/** What the command line asks for. */
export type Command =
  | { readonly run: 'help' }
  | { readonly run: 'start'; readonly options: SimulatorOptions }
  /** It can't be followed; the message is one line. */
  | { readonly run: 'fail'; readonly message: string };

/** Text of `--help`. */
export const HELP = `A local Mailgun: takes messages, tells what became of them, sends nothing to anyone.

Usage: npm run simulator -- [options]

  --port N              port on 127.0.0.1 (default 4649; 0 takes a free one)
  --seed N              decides what every recipient does (default 1)
  --api-key KEY         accepted API key; repeatable (default local-mailgun-api-key)
  --signing-key KEY     HTTP webhook signing key (default local-webhook-signing-key)
  --domain NAME[,…]     sending domain; repeatable (default mg.example.com). After a comma:
                        eu, sandbox, unverified or disabled
  --webhook-url URL     registered for every event of every domain
  --time-scale N        seconds of Mailgun's time in one real second (default 3600)
  --help                this text

Local parts that force a behaviour, alone or before a hyphen: bounce, late-bounce, block,
block-list, policy, full, too-old, deliver, defer, open, machine-open, click, machine-click,
complain, unsubscribe. Example: bounce-1@example.com.

Its own API, without a key: GET /__simulator/books, /__simulator/recipients/{email},
/__simulator/requests; POST, GET, DELETE /__simulator/faults; GET, PATCH /__simulator/domains/{name};
POST /__simulator/settle, /__simulator/reset.
`;

const OPTIONS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  'api-key': { type: 'string', multiple: true },
  'signing-key': { type: 'string' },
  domain: { type: 'string', multiple: true },
  'webhook-url': { type: 'string' },
  'time-scale': { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Understands the arguments after the script's name. Never throws. */
export function readCommandLine(given: readonly string[]): Command {
  try {
    const { values } = parseArgs({ args: [...given], options: OPTIONS, strict: true });
    if (values.help === true) return { run: 'help' };
    return {
      run: 'start',
      options: {
        port: wholeNumber('port', values.port ?? '4649', 65_535),
        seed: wholeNumber('seed', values.seed ?? '1', Number.MAX_SAFE_INTEGER),
        ...(values['api-key'] && { apiKeys: values['api-key'] }),
        ...(values['signing-key'] !== undefined && { signingKey: values['signing-key'] }),
        ...(values.domain && { domains: values.domain.map(readDomain) }),
        ...(values['webhook-url'] !== undefined && { webhookUrl: readUrl(values['webhook-url']) }),
        ...(values['time-scale'] !== undefined && { timeScale: scale(values['time-scale']) }),
      },
    };
  } catch (error) {
    const [firstSentence = ''] = (error as Error).message.split(/\.\s|\n/);
    return { run: 'fail', message: firstSentence };
  }
}

function wholeNumber(name: string, text: string, maximum: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= maximum) return number;
  throw new Error(
    `--${name}: received "${text}", expected a whole number up to ${String(maximum)}`,
  );
}

function scale(text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`--time-scale: received "${text}", expected a number above 0`);
}

function readUrl(text: string): string {
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new Error(`--webhook-url: received "${text}", expected an http or https URL`);
}

function readDomain(text: string): DomainSettings {
  const [name = '', ...words] = text.split(',');
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(name)) {
    throw new Error(`--domain: received "${text}", expected a domain name`);
  }
  return words.reduce<DomainSettings>((settings, word) => ({ ...settings, ...meaning(word) }), {
    name,
  });
}

function meaning(word: string): Partial<DomainSettings> {
  switch (word) {
    case 'us':
    case 'eu':
      return { region: word };
    case 'sandbox':
      return { sandbox: true };
    case 'unverified':
    case 'disabled':
      return { state: word };
    default:
      throw new Error(
        `--domain: received "${word}" after the name, expected us, eu, sandbox, unverified or disabled`,
      );
  }
}
