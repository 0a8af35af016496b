import { planRegistration } from '../webhook/plan-registration';
import type { RegisteredUrls, WebhookEvent } from '../webhook/webhook-registry';
import type { SendingQueueStatus } from '../standing/sending-queue-status';
import type { Finding, Look, Severity } from './finding';
import type { DomainState, ListCount } from './ports';

/** Share of the month's limit from which a person wants to know. */
const NEAR_LIMIT = 0.8;

const finding = (code: string, severity: Severity, message: string): Finding => ({
  ...{ code, severity, message },
});

const unread = (what: string, why: string): Finding =>
  finding(`${what}-unread`, 'unknown', `${what} could not be read: ${why}`);

/** What the domain's state at Mailgun means. */
export function stateFindings(domain: string, look: Look<DomainState>): readonly Finding[] {
  if ('unread' in look) return [unread('state', look.unread)];
  const { state, disabled, reason } = look.found;
  const words = reason === undefined ? '' : `: ${reason}`;
  if (disabled || state === 'disabled') {
    const message = `Mailgun has disabled ${domain}${words}; its support can enable it`;
    return [finding('domain-disabled', 'error', message)];
  }
  if (state === 'active') return [];
  return state === 'unverified'
    ? [finding('domain-unverified', 'error', `Mailgun has not verified ${domain}; set the records`)]
    : [finding('domain-state-unknown', 'warning', `Mailgun calls ${domain} ${state}${words}`)];
}

/** Whether Mailgun lets the domain send. A state nobody knows, or nobody could read, forbids nothing. */
export function canSend(look: Look<DomainState>): 'yes' | 'no' | 'unknown' {
  if ('unread' in look) return 'unknown';
  const { state, disabled } = look.found;
  if (disabled || state === 'disabled' || state === 'unverified') return 'no';
  return state === 'active' ? 'yes' : 'unknown';
}

/** What is missing among the webhooks. */
export function webhookFindings(
  look: Look<RegisteredUrls>,
  wanted: { readonly url: string; readonly events: readonly WebhookEvent[] },
): readonly Finding[] {
  if ('unread' in look) return [unread('webhooks', look.unread)];
  const { put, full } = planRegistration(look.found, wanted.url, wanted.events);
  const missing = (put?.events ?? []).filter(
    (event) => look.found[event]?.includes(wanted.url) !== true,
  );
  const findings: Finding[] = [];
  if (missing.length > 0) {
    const message = `webhooks are not registered for ${missing.join(', ')}: these events are not counted`;
    findings.push(finding('webhooks-missing', 'error', message));
  }
  if (full.length > 0) {
    const message = `webhooks of ${full.join(', ')} have three URLs of others, all that Mailgun takes: remove one`;
    findings.push(finding('webhooks-full', 'error', message));
  }
  return findings;
}

/** What the queue mail goes through is like; `undefined` where it can't be read. */
export function queueFindings(status: SendingQueueStatus | undefined): readonly Finding[] {
  if (status === undefined) return [unread('queue', 'see the log of Mailgun’s answers')];
  if (!status.disabled) return [];
  const until =
    status.untilMs === undefined ? '' : ` until ${new Date(status.untilMs).toISOString()}`;
  const reason = status.reason === undefined ? '' : `: ${status.reason}`;
  return [finding('queue-disabled', 'error', `the sending queue is disabled${until}${reason}`)];
}

/** How near the account is to its own limit a month. */
export function limitFindings(
  look: Look<{ readonly limit: number; readonly current: number } | undefined>,
): readonly Finding[] {
  if ('unread' in look) return [unread('limit', look.unread)];
  if (look.found === undefined) return [];
  const { limit, current } = look.found;
  const used = `${current} of ${limit} messages of the account’s monthly limit are used`;
  if (current >= limit) {
    return [finding('limit-reached', 'error', `${used}: Mailgun has disabled the account`)];
  }
  return current >= limit * NEAR_LIMIT
    ? [finding('limit-near', 'warning', `${used}: at the limit Mailgun disables the account`)]
    : [finding('limit-used', 'info', used)];
}

/** How many are on Mailgun's suppression lists. */
export function suppressionFindings(look: Look<readonly ListCount[]>): readonly Finding[] {
  if ('unread' in look) return [unread('suppressions', look.unread)];
  const counts = look.found.map(
    ({ list, entries, atLeast }) => `${entries}${atLeast ? ' or more' : ''} ${list}`,
  );
  return [finding('suppressions', 'info', `Mailgun suppresses ${counts.join(', ')}`)];
}
