import { parseArgs } from 'node:util';
import { StartError } from './start-error';

/** What `npm start` was asked to do. */
export interface StartOptions {
  readonly recipients: number;
  readonly seed: number;
  /** End after the report instead of serving on. */
  readonly once: boolean;
  /** The last line of standard output is the result as JSON; all else goes to standard error. */
  readonly json: boolean;
  /** Base URL of a Mailgun-compatible server to use instead of the simulator. */
  readonly mailgunUrl: string | undefined;
  /** Send it under a seeded mix of faults. */
  readonly chaos: boolean;
  /** Lose, repeat, hold back and reorder webhooks. */
  readonly lossy: boolean;
  /** Send a list with dead mailboxes instead, to see what the guard does. */
  readonly scenario: 'bad-list' | undefined;
  /** Send the sample campaign. */
  readonly campaign: boolean;
  /** First of the ports to listen on; 0 lets the system choose free ones. */
  readonly port: number;
  /** Queues hide what a worker holds no longer than this; seconds. */
  readonly longestVisibilitySeconds: number;
  /** Where the local cloud keeps its files. */
  readonly stateDirectory: string;
  readonly help: boolean;
}

const DEFAULT_PORT = 4600;

/** What the slowest function of a queue may take. */
const LONGEST_TIMEOUT_SECONDS = 120;

// The template's is six times a function's timeout, as AWS advises. Here a function that takes longer
// than its timeout is ended at once, so a little more than the timeout is safe.
const DEFAULT_VISIBILITY_SECONDS = LONGEST_TIMEOUT_SECONDS + 30;

/** Answer to `--help`. */
export const HELP = `Runs the whole mailer on this machine: the synthesised stacks in a local cloud, Mailgun as a simulator,
and a sample campaign through both.

  npm start -- [options]

  --recipients N     recipients of the sample campaign, 1 to 1,000,000 (10,000)
  --seed N           decides names, addresses and how people behave (1)
  --chaos            everything goes wrong once: answers, connections, limits, webhooks; the seed decides when
  --lossy            of the webhooks 5 % each are lost, sent twice, late and out of order; what is lost
                     is found among Mailgun's own events
  --scenario bad-list  a list with 6 % dead mailboxes instead of the sample: the guard warns, pauses, and says why
  --once             end after the report; exit code 1 if it disagrees with the simulator's books
  --json             last line of standard output: {"report":…,"books":…,"operations":…}
  --mailgun-url URL  use this Mailgun-compatible server instead of the simulator
                     (MAILGUN_API_KEY and MAILGUN_WEBHOOK_SIGNING_KEY: its keys)
  --no-campaign      start everything, send nothing
  --port N           first port to listen on, 1024 to 65000; 0 for any that are free (${DEFAULT_PORT})
  --visibility N     seconds after which a killed worker's messages are back, at most (${DEFAULT_VISIBILITY_SECONDS});
                     below ${LONGEST_TIMEOUT_SECONDS}, a slow worker's are handed out twice
  --state DIR        where the local cloud keeps its files (local/.state)
  --help             this text

  npm start -- --once --json    a run for a script
  npm run simulator             the Mailgun simulator alone
`;

const ALLOWED = {
  recipients: { type: 'string', default: '10000' },
  seed: { type: 'string', default: '1' },
  chaos: { type: 'boolean', default: false },
  lossy: { type: 'boolean', default: false },
  scenario: { type: 'string' },
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'mailgun-url': { type: 'string' },
  'no-campaign': { type: 'boolean', default: false },
  port: { type: 'string', default: String(DEFAULT_PORT) },
  visibility: { type: 'string', default: String(DEFAULT_VISIBILITY_SECONDS) },
  state: { type: 'string', default: 'local/.state' },
  help: { type: 'boolean', default: false, short: 'h' },
} as const;

/**
 * Reads the command line.
 *
 * @throws {StartError} naming the option, what was received and what is allowed.
 */
export function readOptions(args: readonly string[]): StartOptions {
  const values = parse(args);
  const faults = (['chaos', 'lossy', 'scenario'] as const).find((name) => values[name]);
  if (faults !== undefined && (values['mailgun-url'] !== undefined || values['no-campaign'])) {
    throw new StartError(`--${faults} needs the simulator and the sample campaign`);
  }
  return {
    recipients: wholeNumber('--recipients', values.recipients, [1, 1_000_000]),
    seed: wholeNumber('--seed', values.seed, [0, 4_294_967_295]),
    chaos: values.chaos,
    lossy: values.lossy,
    scenario: scenario(values.scenario),
    once: values.once,
    json: values.json,
    mailgunUrl: baseUrl(values['mailgun-url']),
    campaign: !values['no-campaign'],
    port: portNumber(values.port),
    longestVisibilitySeconds: wholeNumber('--visibility', values.visibility, [1, 43_200]),
    stateDirectory: values.state,
    help: values.help,
  };
}

function scenario(text: string | undefined): StartOptions['scenario'] {
  if (text === undefined || text === 'bad-list') return text;
  throw new StartError(`--scenario: received "${text}", allowed is bad-list`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: ALLOWED, strict: true }).values;
  } catch (error) {
    // Node's own message goes on about positional arguments; its first sentence says enough.
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new StartError(`${sentence.replace(/\.$/, '')}; --help shows what is allowed`);
  }
}

function wholeNumber(option: string, text: string, [min, max]: readonly [number, number]): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new StartError(
    `${option}: received "${text}", allowed are whole numbers from ${min} to ${max}`,
  );
}

/** The simulator and the local cloud share one range: both fit above any port that is allowed. */
function portNumber(text: string): number {
  const [min, max] = [1024, 65_000];
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port === 0 || (port >= min && port <= max)) return port;
  throw new StartError(`--port: received "${text}", allowed are 0 and ${min} to ${max}`);
}

function baseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;

  const url = URL.parse(text);
  const isBase = url !== null && /^https?:$/.test(url.protocol) && url.search + url.hash === '';
  if (isBase && url.username === '') return text.replace(/\/+$/, '');
  throw new StartError(
    `--mailgun-url: received "${text}", allowed are http and https URLs without query and credentials`,
  );
}
