import { WEBHOOK_IDS, type WebhookId } from '../model/happenings';

/** Most URLs that one kind of event may go to. */
export const MAX_URLS = 3;

/** Where the events of one domain are posted. */
export class WebhookRegistry {
  private readonly urlsById = new Map<WebhookId, readonly string[]>();

  /** URLs of one kind of event; empty where none is registered. */
  urls(id: WebhookId): readonly string[] {
    return this.urlsById.get(id) ?? [];
  }

  /** Replaces the URLs of one kind of event; none removes the registration. */
  set(id: WebhookId, urls: readonly string[]): void {
    if (urls.length === 0) this.urlsById.delete(id);
    else this.urlsById.set(id, urls);
  }

  /** Registers a URL for every kind of event. */
  setAll(url: string): void {
    for (const id of WEBHOOK_IDS) this.set(id, [url]);
  }

  /** Everything that is registered, as the API lists it. */
  list(): Record<string, { urls: readonly string[] }> {
    return Object.fromEntries([...this.urlsById].map(([id, urls]) => [id, { urls }]));
  }
}

/** Whether a text names a webhook of Mailgun's. */
export function isWebhookId(text: string): text is WebhookId {
  return (WEBHOOK_IDS as readonly string[]).includes(text);
}
