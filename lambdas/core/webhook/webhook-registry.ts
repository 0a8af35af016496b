/** Kinds of events Mailgun posts, as its API names them. @see docs/mailgun.md, "Webhooks" */
export const WEBHOOK_EVENTS = [
  'accepted',
  'delivered',
  'opened',
  'clicked',
  'unsubscribed',
  'complained',
  'temporary_fail',
  'permanent_fail',
] as const;

/** One of them. */
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** Most URLs Mailgun posts one kind of event of one domain to. */
export const MAX_URLS_PER_EVENT = 3;

/** URLs by kind of event; kinds without any may be missing. */
export type RegisteredUrls = Readonly<Partial<Record<WebhookEvent, readonly string[]>>>;

/** A call that did not do what it was for, in words for a person: no address, no key, no URL. */
export interface Refused {
  readonly refused: string;
  /** Mailgun does not know the domain: there is nothing to remove from it. */
  readonly domainUnknown?: boolean;
}

/**
 * Where Mailgun posts the events of domains. Implemented in `adapters/mailgun`.
 *
 * No method rejects for what Mailgun or the secret says: that is an answer. None touches a URL
 * that it was not given, so what others register meanwhile stays.
 */
export interface WebhookRegistry {
  /** Everything that is registered for a domain, by whomever. */
  read(domain: string, deadlineMs: number): Promise<{ readonly urls: RegisteredUrls } | Refused>;

  /**
   * Has exactly these kinds of events posted to a URL.
   *
   * @param known whether the URL is registered for any event already.
   */
  put(
    domain: string,
    hook: {
      readonly url: string;
      readonly events: readonly WebhookEvent[];
      readonly known: boolean;
    },
    deadlineMs: number,
  ): Promise<Refused | undefined>;

  /** Has nothing posted to a URL any more. */
  remove(domain: string, url: string, deadlineMs: number): Promise<Refused | undefined>;
}
