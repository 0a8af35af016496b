import type { Clock } from '../../core/clock';
import { PermanentError } from '../../core/errors';
import type { MailerSecrets, SecretSource } from '../../core/secrets';
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
    const apiKey = keyFor(domain, await this.options.secrets.current());
    if (apiKey === undefined) {
      return { outcome: 'domainCannotSend', reason: 'the secret holds no API key for it' };
    }
    const answered = await this.call(domain, fields, { apiKey, deadlineMs });
    if (answered !== 'unauthorised') return answered;

    // A key that was rotated while this worker held the old one says nothing against the domain.
    return (await this.isReplaced(domain, apiKey))
      ? { outcome: 'notSent', network: false, reason: 'the API key was replaced' }
      : { outcome: 'domainCannotSend', reason: '401 Forbidden' };
  }

  private async call(
    domain: string,
    fields: MessageFields,
    { apiKey, deadlineMs }: { readonly apiKey: string; readonly deadlineMs: number },
  ): Promise<SendOutcome | 'unauthorised'> {
    const { transport, clock } = this.options;
    const baseUrl = this.baseUrlOf(domain);
    const client = createMailgunClient({ baseUrl, apiKey, transport, deadlineMs });
    try {
      // The fields are Mailgun's own names and strings throughout, a subset of what the method takes.
      const answer = answerIn(await client.messages.create(domain, fields as never));
      return answer.status === 401 ? 'unauthorised' : classifyAnswer(answer, clock());
    } catch (error) {
      if (error instanceof TransportFaultError) return classifyFault(error.fault);
      throw error;
    }
  }

  private async isReplaced(domain: string, apiKey: string): Promise<boolean> {
    const { secrets } = await this.options.secrets.refreshed();
    const currentKey = keyFor(domain, secrets);
    return currentKey !== undefined && currentKey !== apiKey;
  }

  private baseUrlOf(domain: string): string {
    const configured = this.options.domains[domain];
    if (configured === undefined) {
      throw new PermanentError('unknown-domain', `domain ${domain} is not configured`);
    }
    return configured.apiBaseUrl ?? REGION_BASE_URLS[configured.region];
  }
}

function keyFor(domain: string, { apiKeys }: MailerSecrets): string | undefined {
  return apiKeys[domain] ?? apiKeys['default'];
}
