import { TransientError } from '../../core/errors';
import { objectOf } from '../../core/json';
import { messageIn, parsedObject } from '../../core/submission/answer-text';
import {
  WEBHOOK_EVENTS,
  type RegisteredUrls,
  type Refused,
  type WebhookEvent,
  type WebhookRegistry,
} from '../../core/webhook/webhook-registry';
import { callMailgun, type MailgunAccess, type MailgunCall, type Read } from './mailgun-access';
import { refusalIn } from './refusal';

/** Key in a secret that nobody has filled in since the first deployment. */
const PLACEHOLDER = 'replace-me';

/**
 * `WebhookRegistry` through Mailgun's API: read in its third version, written in its fourth, whose
 * calls name one URL and leave all others alone. The third one replaces the list of an event, and
 * so would drop what somebody else registers between our reading and our writing.
 *
 * @see docs/mailgun.md, "Webhooks"
 */
export class MailgunWebhookRegistry implements WebhookRegistry {
  constructor(private readonly access: MailgunAccess) {}

  async read(
    domain: string,
    deadlineMs: number,
  ): Promise<{ readonly urls: RegisteredUrls } | Refused> {
    const read = await this.call(domain, { path: `/v3/domains/${domain}/webhooks`, deadlineMs });
    const refused = refusedIn(read);
    if (refused !== undefined) return refused;

    const urls = 'answer' in read ? urlsIn(read.answer.body) : undefined;
    return urls === undefined ? { refused: 'Mailgun answered with no list of webhooks' } : { urls };
  }

  async put(
    domain: string,
    hook: {
      readonly url: string;
      readonly events: readonly WebhookEvent[];
      readonly known: boolean;
    },
    deadlineMs: number,
  ): Promise<Refused | undefined> {
    const { url, events, known } = hook;
    return refusedIn(
      await this.call(domain, {
        method: known ? 'put' : 'post',
        path: `/v4/domains/${domain}/webhooks`,
        form: { url, event_types: events },
        deadlineMs,
      }),
    );
  }

  async remove(domain: string, url: string, deadlineMs: number): Promise<Refused | undefined> {
    const path = `/v4/domains/${domain}/webhooks`;
    return refusedIn(
      await this.call(domain, { method: 'delete', path, query: { url }, deadlineMs }),
    );
  }

  private async call(domain: string, call: MailgunCall): Promise<Read | Refused> {
    try {
      if (await this.isUnset(domain)) return { refused: UNSET };
      return await callMailgun(this.access, domain, call);
    } catch (error) {
      if (error instanceof TransientError) return { refused: error.message };
      throw error;
    }
  }

  /** Says so instead of Mailgun's 401. */
  private async isUnset(domain: string): Promise<boolean> {
    const isPlaceholder = (keys: Readonly<Record<string, string>>) =>
      (keys[domain] ?? keys['default']) === PLACEHOLDER;
    const { secrets } = this.access;
    if (!isPlaceholder((await secrets.current()).apiKeys)) return false;
    return isPlaceholder((await secrets.refreshed()).secrets.apiKeys);
  }
}

const UNSET = 'the secret holds no API key yet; run npm run setup';

function refusedIn(read: Read | Refused): Refused | undefined {
  if ('refused' in read) return read;
  const refused = refusalIn(read);
  if (refused === undefined) return undefined;
  const isUnknown =
    'answer' in read &&
    read.answer.status === 404 &&
    /domain not found/i.test(messageIn(read.answer.body));
  return { refused, ...(isUnknown && { domainUnknown: true }) };
}

/** @returns `undefined` for anything but a list. Events this version does not know are left out. */
function urlsIn(body: string): RegisteredUrls | undefined {
  const webhooks = objectOf(parsedObject(body)?.['webhooks']);
  if (webhooks === undefined) return undefined;

  return Object.fromEntries(
    WEBHOOK_EVENTS.map((event) => {
      const about = objectOf(webhooks[event]);
      // Older answers have one `url` instead.
      const urls = Array.isArray(about?.['urls']) ? about['urls'] : [about?.['url']];
      return [event, urls.filter((url): url is string => typeof url === 'string')] as const;
    }),
  );
}
