import type { Clock } from '../clock';
import { eventsOf, planRegistration } from './plan-registration';
import {
  MAX_URLS_PER_EVENT,
  type Refused,
  type WebhookEvent,
  type WebhookRegistry,
} from './webhook-registry';

/** Longest one call to Mailgun may take, in milliseconds. */
const CALL_MS = 8_000;

/** What is to be so at Mailgun. */
export interface WantedWebhooks {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly domains: readonly string[];
}

/** One URL of ours that is to be gone from one domain. */
export interface UnwantedWebhook {
  readonly domain: string;
  readonly url: string;
}

/** What became of one domain: nothing to say where all is as wanted. */
export interface RegistrationOutcome {
  readonly domain: string;
  /** What is not as wanted, in words for a person: no address, no key, no URL. */
  readonly problems: readonly string[];
}

/** What reconciling works with. */
export interface Reconciling {
  readonly registry: WebhookRegistry;
  readonly clock: Clock;
  /** No call begins after it; milliseconds since the Unix epoch, UTC. */
  readonly deadlineMs: number;
}

/**
 * Makes what is registered at Mailgun what is wanted, domain by domain. A domain that can't be
 * reached does not keep the others from being done. Never rejects; made again, it changes nothing.
 */
export async function registerWebhooks(
  reconciling: Reconciling,
  { url, events, domains }: WantedWebhooks,
): Promise<readonly RegistrationOutcome[]> {
  const outcomes: RegistrationOutcome[] = [];
  for (const domain of domains) {
    const problems = await registerOn(reconciling, domain, { url, events });
    outcomes.push({ domain, problems });
  }
  return outcomes;
}

async function registerOn(
  { registry, clock, deadlineMs }: Reconciling,
  domain: string,
  { url, events }: Pick<WantedWebhooks, 'url' | 'events'>,
): Promise<readonly string[]> {
  if (clock() >= deadlineMs) return [NO_TIME];
  const found = await registry.read(domain, callUntil(clock(), deadlineMs));
  if ('refused' in found) return [`could not read what is registered: ${found.refused}`];

  const { put, full } = planRegistration(found.urls, url, events);
  const problems = full.map(
    (event) =>
      `${event}: ${MAX_URLS_PER_EVENT} URLs of others are registered on ${domain}, which is all ` +
      'that Mailgun takes; remove one of them',
  );
  if (put === undefined) return problems;
  if (clock() >= deadlineMs) return [...problems, NO_TIME];

  const until = callUntil(clock(), deadlineMs);
  const refused =
    put.events.length === 0
      ? await registry.remove(domain, url, until)
      : await registry.put(domain, { url, ...put }, until);
  return refused === undefined
    ? problems
    : [...problems, `could not register ${put.events.join(', ')}: ${refused.refused}`];
}

/**
 * Removes one URL of ours from a domain, and no other. A domain that Mailgun does not know has
 * none.
 *
 * @returns why it may still be there.
 */
export async function unregisterWebhook(
  { registry, clock, deadlineMs }: Reconciling,
  { domain, url }: UnwantedWebhook,
): Promise<string | undefined> {
  if (clock() >= deadlineMs) return NO_TIME;
  const found = await registry.read(domain, callUntil(clock(), deadlineMs));
  if ('refused' in found) return stillThere(found, 'could not read what is registered');
  if (eventsOf(found.urls, url).length === 0) return undefined;

  if (clock() >= deadlineMs) return NO_TIME;
  const refused = await registry.remove(domain, url, callUntil(clock(), deadlineMs));
  return refused && stillThere(refused, 'could not remove a URL');
}

function stillThere({ refused, domainUnknown }: Refused, what: string): string | undefined {
  return domainUnknown === true ? undefined : `${what}: ${refused}`;
}

const NO_TIME = 'no time was left for it';

const callUntil = (nowMs: number, deadlineMs: number): number =>
  Math.min(deadlineMs, nowMs + CALL_MS);
