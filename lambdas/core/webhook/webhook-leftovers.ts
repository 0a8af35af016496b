/** A URL of ours that Mailgun may still post to, and how Mailgun's domain is reached. */
export interface WebhookLeftover {
  readonly domain: string;
  readonly url: string;
  readonly region: 'us' | 'eu';
  /** Instead of the region's. */
  readonly apiBaseUrl?: string | undefined;
}

/**
 * Remembers what could not be removed when it stopped being wanted: a domain that left the
 * configuration, or a URL that changed, while Mailgun was down. Implemented in
 * `adapters/dynamodb`.
 *
 * Every method may be repeated, and throws {@link TransientError} when the store does not answer.
 */
export interface WebhookLeftovers {
  /** Remembers one, for 90 days; again, it starts anew. */
  note(leftover: WebhookLeftover): Promise<void>;
  /** Those not settled yet, in no particular order. */
  open(): Promise<readonly WebhookLeftover[]>;
  /** Forgets one: it was removed, or is wanted again. */
  settle(leftover: Pick<WebhookLeftover, 'domain' | 'url'>): Promise<void>;
}
