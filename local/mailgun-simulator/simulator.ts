import type { AddressInfo } from 'node:net';
import { limitRoutes } from './account/limits-api';
import { booksOf, type Books } from './books/books';
import { ownRoutes } from './books/own-api';
import type { DomainChanges } from './domains/domain';
import { domainRoutes } from './domains/domains-api';
import { domainSettingsRoutes } from './domains/settings-api';
import { eventRoutes } from './events/events-api';
import { logRoutes } from './events/logs-api';
import { Router, type Route } from './http/router';
import { ApiServer } from './http/server';
import { Mailgun } from './mailgun';
import { messageRoutes } from './messages/messages-api';
import { settingsOf, type SimulatorOptions } from './options';
import { suppressionRoutes } from './suppressions/suppressions-api';
import { signingKeyRoutes } from './webhooks/signing-key-api';
import { webhookRoutes } from './webhooks/webhooks-api';

/** A running simulator. */
export interface Simulator {
  /** Base URL of the API, without a trailing slash. */
  readonly url: string;
  /** HTTP webhook signing key in use. */
  readonly signingKey: string;
  /** An API key that is accepted. */
  readonly apiKey: string;
  /**
   * Sets a domain up differently from now on.
   *
   * @throws {Refusal} 404 for a domain it does not have.
   */
  changeDomain(name: string, changes: DomainChanges): void;
  /** What really happened until now. */
  books(): Books;
  /** Whether nothing more will happen by itself: no event is to come, no webhook is on its way. */
  idle(): boolean;
  /** Lets every event and repetition that is to come happen now. */
  hurry(): void;
  /** Ends everything at once; callers under way get no answer. */
  stop(): Promise<void>;
}

/**
 * Starts a local Mailgun on 127.0.0.1.
 *
 * @throws {Error} for options that can't be meant, and with code `EADDRINUSE` for a busy port.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const settings = settingsOf(options);
  const mailgun = new Mailgun(settings);
  const { server } = new ApiServer(mailgun, new Router(routesOf(mailgun)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(settings.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    get signingKey() {
      return mailgun.signingKey.current;
    },
    apiKey: settings.apiKeys[0] ?? 'any',
    changeDomain: (name, changes) => mailgun.state(name).domain.change(changes),
    books: () => booksOf(mailgun),
    idle: () => mailgun.idle(),
    hurry: () => mailgun.hurry(),
    stop: () =>
      new Promise((resolve) => {
        mailgun.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function routesOf(mailgun: Mailgun): readonly Route[] {
  const magnificent = {
    endpoint: 'unknown',
    handle: () => ({ status: 200, body: 'Mailgun Magnificent API' }),
  };
  return [
    ...messageRoutes(mailgun),
    ...webhookRoutes(mailgun),
    ...domainRoutes(mailgun),
    ...eventRoutes(mailgun),
    ...logRoutes(mailgun),
    ...suppressionRoutes(mailgun),
    ...signingKeyRoutes(mailgun),
    ...limitRoutes(),
    ...ownRoutes(mailgun),
    ...domainSettingsRoutes(mailgun),
    { ...magnificent, method: 'GET', path: '/' },
    // A slash in the sending domain: Mailgun answers with a success that is none.
    { ...magnificent, method: 'POST', path: '/v3/:one/:two/messages' },
  ];
}
