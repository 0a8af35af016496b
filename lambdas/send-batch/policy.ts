import type * as z from 'zod';
import { PermanentError } from '../core/errors';
import type { Dependencies } from './dependencies';
import type { environmentSchema, SendingDomain } from './environment';

type Environment = z.output<typeof environmentSchema>;

/** What the configuration says of domains, doubt and outages. */
export type Policy = Pick<
  Dependencies,
  | 'domains'
  | 'onUnknownOutcome'
  | 'onUnreadableEvents'
  | 'eventsTrustedAfterMs'
  | 'eventsKeptMs'
  | 'recordsKeptMs'
  | 'pauseAfterOpenMs'
>;

/** Reads the policy from the environment. */
export function policyOf(environment: Environment): Policy {
  return {
    domains: environment.DOMAINS,
    onUnknownOutcome: environment.ON_UNKNOWN_OUTCOME,
    onUnreadableEvents: environment.ON_UNREADABLE_EVENTS,
    eventsTrustedAfterMs: environment.EVENTS_TRUSTED_AFTER_MINUTES * 60_000,
    eventsKeptMs: (domain) => settingsOf(environment, domain).eventsKeptHours * 3_600_000,
    recordsKeptMs: environment.RECORDS_TTL_DAYS * 86_400_000,
    pauseAfterOpenMs: environment.BREAKER.pauseAfterOpenMs,
  };
}

/** @throws {PermanentError} `unknown-domain` for a domain that is not configured. */
export function settingsOf({ DOMAINS: domains }: Environment, name: string): SendingDomain {
  const domain = Object.hasOwn(domains, name) ? domains[name] : undefined;
  if (domain === undefined) throw new PermanentError('unknown-domain', `domain: received ${name}`);
  return domain;
}
