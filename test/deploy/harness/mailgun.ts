import type { Books } from '../../../local/mailgun-simulator/books/books';
import { ROOT, startCommand } from './run-command';

/** A Mailgun simulator in a process of its own. */
export interface MailgunProcess {
  /** Base URL of its API. */
  readonly url: string;
  readonly apiKey: string;
  readonly signingKey: string;
  /** What really happened until now. */
  books(): Promise<Books>;
  /** URLs that each kind of event of a domain is posted to, as Mailgun's API tells. */
  webhooks(domain: string): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Lets everything that is to come happen now; returns when no webhook is on its way. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a simulator that posts its webhooks to a deployment on an emulator. */
export async function startMailgun(
  environment: Readonly<Record<string, string>>,
): Promise<MailgunProcess> {
  const simulator = startCommand(
    [
      ...['node_modules/.bin/node', '--import', 'tsx', 'local/mailgun-simulator/main.ts'],
      ...['--port', '0', '--domain', 'mg.example.com'],
    ],
    { directory: ROOT, environment },
  );
  const [, url = ''] = await simulator.printed(/simulator at (http:\S+)/, 60_000);
  await simulator.printed(/Ctrl-C/, 60_000);
  const [, apiKey = ''] = /API key\s+(\S+)/.exec(simulator.output()) ?? [];
  const [, signingKey = ''] = /signing key\s+(\S+)/.exec(simulator.output()) ?? [];
  return {
    ...{ url, apiKey, signingKey },
    books: async () => (await ask(`${url}/__simulator/books`)) as Books,
    webhooks: async (domain) => {
      const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
      const answer = await ask(`${url}/v3/domains/${domain}/webhooks`, {
        headers: { authorization },
      });
      const { webhooks } = answer as { webhooks: Record<string, { urls?: string[] } | null> };
      return Object.fromEntries(
        Object.entries(webhooks).flatMap(([kind, registered]) =>
          registered?.urls === undefined ? [] : [[kind, registered.urls] as const],
        ),
      );
    },
    settle: async () => {
      await ask(`${url}/__simulator/settle`, { method: 'POST' });
    },
    stop: () => simulator.stop(),
  };
}

async function ask(url: string, options: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}
