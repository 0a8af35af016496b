import type { Domain } from '../domains/domain';
import { refusal, type Refusal } from '../http/call';
import type { Recipients } from './request-checks';

/** Time as the domain's limits count it. */
export interface LimitClock {
  readonly nowMs: number;
  /** Length of an hour here, where time is compressed. */
  readonly hourMs: number;
}

/**
 * Checks whether a domain may send a call that is well formed, and counts it against its limits.
 *
 * @throws {Refusal} when the domain, or its account, may not.
 */
export function checkDomain(domain: Domain, recipients: Recipients, clock: LimitClock): void {
  const { settings } = domain;
  const everyone = [...recipients.to, ...recipients.cc, ...recipients.bcc];
  if (settings.state === 'disabled') throw refusedBecause(domain, 403, 'domain disabled');
  if (settings.state === 'unverified') {
    throw refusedBecause(
      domain,
      400,
      'The domain is unverified and requires DNS configuration. Log in to your control panel to view required DNS records.',
    );
  }
  const authorised = new Set(settings.authorisedRecipients ?? []);
  const stranger = everyone.some(({ address }) => !authorised.has(address.toLowerCase()));
  if (settings.sandbox === true && stranger) {
    throw refusedBecause(
      domain,
      400,
      'Sandbox subdomains are for test purposes only. Please add your own domain or add the address to authorized recipients in Account Settings.',
    );
  }
  if (settings.freeAccount === true && stranger) {
    throw refusedBecause(
      domain,
      400,
      'Free accounts are for test purposes only. Please upgrade or add the address to authorized recipients in Account Settings.',
    );
  }
  if (everyone.length > (settings.largeBatchCap ?? Infinity)) {
    throw refusal(403, `Domain ${domain.name} is not allowed to send large batches yet`);
  }
  checkLimit(domain, everyone.length, clock);
}

function checkLimit(domain: Domain, recipients: number, { nowMs, hourMs }: LimitClock): void {
  const untilMs = domain.overLimitUntilMs(recipients, nowMs, hourMs);
  if (untilMs === undefined) return;

  if (domain.settings.probation === true) {
    throw refusedBecause(
      domain,
      400,
      'You are sending too fast. Your account is on probation and the account has been temporarily disabled.',
    );
  }
  const status = domain.settings.limitStatus ?? 420;
  const wait = status === 400 ? '' : `, try again after ${mailgunDate(untilMs)}`;
  throw refusedBecause(domain, status, `recipient limit exceeded${wait}`);
}

function refusedBecause(domain: Domain, status: number, reason: string): Refusal {
  return refusal(status, `Domain ${domain.name} is not allowed to send: ${reason}`);
}

/** A time as Mailgun writes it in texts and lists: `Mon, 20 Dec 2021 20:33:21 UTC`, rounded up. */
export function mailgunDate(atMs: number): string {
  return new Date(Math.ceil(atMs / 1000) * 1000).toUTCString().replace('GMT', 'UTC');
}
