import {
  MAX_URLS_PER_EVENT,
  WEBHOOK_EVENTS,
  type RegisteredUrls,
  type WebhookEvent,
} from './webhook-registry';

/** What has to change about one URL of one domain, and what can't. */
export interface RegistrationPlan {
  /** The kinds of events to register; `undefined` where nothing is to change. */
  readonly put: { readonly events: readonly WebhookEvent[]; readonly known: boolean } | undefined;
  /** Wanted kinds that have as many URLs as Mailgun takes, none of them ours. */
  readonly full: readonly WebhookEvent[];
}

/**
 * Compares what is registered with what is wanted. URLs of others are counted, never touched.
 *
 * @param url compared as it is written: Mailgun keeps it so.
 */
export function planRegistration(
  registered: RegisteredUrls,
  url: string,
  wanted: readonly WebhookEvent[],
): RegistrationPlan {
  const has = eventsOf(registered, url);
  const full = wanted.filter(
    (event) => !has.includes(event) && (registered[event] ?? []).length >= MAX_URLS_PER_EVENT,
  );
  const events = wanted.filter((event) => !full.includes(event));
  const isAsWanted = events.length === has.length && events.every((event) => has.includes(event));
  return { put: isAsWanted ? undefined : { events, known: has.length > 0 }, full };
}

/** The kinds of events that are posted to a URL. */
export function eventsOf(registered: RegisteredUrls, url: string): readonly WebhookEvent[] {
  return WEBHOOK_EVENTS.filter((event) => registered[event]?.includes(url) === true);
}
