import type { Clock } from '../../core/clock';
import { PermanentError } from '../../core/errors';
import type { SecretSource } from '../../core/secrets';
import { classifyAnswer, classifyFault } from '../../core/submission/classify-answer';
import type {
  MessageFields,
  MessageGateway,
  SendOutcome,
} from '../../core/submission/send-outcome';
import { answerIn, createMailgunClient, TransportFaultError } from './mailgun-provider';
import type { Transport } from './transport';

/** Mailgun's API by region. @see docs/mailgun.md, "Regions" */
const REGION_BASE_URLS = {
  us: 'https://api.mailgun.net',
  eu: 'https://api.eu.mailgun.net',
} as const;

/** Where a sending domain lives. */
export interface MailgunDomain {
  readonly region: keyof typeof REGION_BASE_URLS;
  /** Instead of the region's. */
  readonly apiBaseUrl?: string | undefined;
}

/** What a {@link MailgunGateway} works with. */
export interface MailgunGatewayOptions {
  readonly domains: Readonly<Record<string, MailgunDomain>>;
  readonly secrets: SecretSource;
  readonly transport: Transport;
  readonly clock: Clock;
}

/** `MessageGateway` through mailgun.js. */
export class MailgunGateway implements MessageGateway {
  constructor(private readonly options: MailgunGatewayOptions) {}

  /**
   * @throws {PermanentError} `unknown-domain` for a domain that is not configured.
   * @throws {TransientError} when the secret can't be read.
   */
  async send(domain: string, fields: MessageFields, deadlineMs: number): Promise<SendOutcome> {
    const client = await this.clientFor(domain, deadlineMs);
    if (client === undefined) {
      return { outcome: 'domainCannotSend', reason: 'the secret holds no API key for it' };
    }
    try {
      // The fields are Mailgun's own names and strings throughout, a subset of what the method takes.
      const result: unknown = await client.messages.create(domain, fields as never);
      return classifyAnswer(answerIn(result), this.options.clock());
    } catch (error) {
      if (error instanceof TransportFaultError) return classifyFault(error.fault);
      throw error;
    }
  }

  private async clientFor(domain: string, deadlineMs: number) {
    const configured = this.options.domains[domain];
    if (configured === undefined) {
      throw new PermanentError('unknown-domain', `domain ${domain} is not configured`);
    }
    const { apiKeys } = await this.options.secrets.current();
    const apiKey = apiKeys[domain] ?? apiKeys['default'];
    if (apiKey === undefined) return undefined;

    const baseUrl = configured.apiBaseUrl ?? REGION_BASE_URLS[configured.region];
    return createMailgunClient({ baseUrl, apiKey, transport: this.options.transport, deadlineMs });
  }
}
