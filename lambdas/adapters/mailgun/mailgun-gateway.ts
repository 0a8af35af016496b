import { classifyAnswer, classifyFault } from '../../core/submission/classify-answer';
import type {
  MessageFields,
  MessageGateway,
  SendOutcome,
} from '../../core/submission/send-outcome';
import { baseUrlOf, currentKeyFor, keyFor, type MailgunAccess } from './mailgun-access';
import { answerIn, createMailgunClient, TransportFaultError } from './mailgun-provider';

/** `MessageGateway` through mailgun.js. */
export class MailgunGateway implements MessageGateway {
  constructor(private readonly options: MailgunAccess) {}

  /**
   * @throws {PermanentError} `unknown-domain` for a domain that is not configured.
   * @throws {TransientError} when the secret can't be read.
   */
  async send(domain: string, fields: MessageFields, deadlineMs: number): Promise<SendOutcome> {
    const apiKey = await currentKeyFor(domain, this.options.secrets);
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
    const baseUrl = baseUrlOf(this.options, domain);
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
}
