import type {
  RegisteredUrls,
  Refused,
  WebhookEvent,
  WebhookRegistry,
} from '../../../lambdas/core/webhook/webhook-registry';

/** Webhooks of some domains in memory; others are unknown, as at Mailgun. */
export class InMemoryWebhookRegistry implements WebhookRegistry {
  /** By domain, then by event. */
  readonly domains = new Map<string, Map<WebhookEvent, readonly string[]>>();
  /** Set it to have every call refused. */
  refusal: string | undefined;
  /** Calls that were to change something. */
  writes = 0;

  constructor(domains: readonly string[]) {
    for (const domain of domains) this.domains.set(domain, new Map());
  }

  read(domain: string): Promise<{ readonly urls: RegisteredUrls } | Refused> {
    const found = this.find(domain);
    return Promise.resolve(
      'refused' in found ? found : { urls: Object.fromEntries(found.entries()) },
    );
  }

  put(
    domain: string,
    hook: { readonly url: string; readonly events: readonly WebhookEvent[] },
  ): Promise<Refused | undefined> {
    this.writes += 1;
    const found = this.find(domain);
    if ('refused' in found) return Promise.resolve(found);

    this.drop(found, hook.url);
    for (const event of hook.events) found.set(event, [...(found.get(event) ?? []), hook.url]);
    return Promise.resolve(undefined);
  }

  remove(domain: string, url: string): Promise<Refused | undefined> {
    this.writes += 1;
    const found = this.find(domain);
    if ('refused' in found) return Promise.resolve(found);
    this.drop(found, url);
    return Promise.resolve(undefined);
  }

  private find(domain: string): Map<WebhookEvent, readonly string[]> | Refused {
    if (this.refusal !== undefined) return { refused: this.refusal };
    return this.domains.get(domain) ?? { refused: 'Domain not found', domainUnknown: true };
  }

  private drop(urls: Map<WebhookEvent, readonly string[]>, url: string): void {
    for (const [event, registered] of urls) {
      const left = registered.filter((each) => each !== url);
      if (left.length > 0) urls.set(event, left);
      else urls.delete(event);
    }
  }
}
