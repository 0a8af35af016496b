import type { Clock } from '../clock';
import type { SendingQueues } from '../standing/sending-queue-status';
import type { WebhookEvent, WebhookRegistry } from '../webhook/webhook-registry';
import {
  canSend,
  limitFindings,
  queueFindings,
  stateFindings,
  suppressionFindings,
  webhookFindings,
} from './account-findings';
import { dmarcFindings } from './dmarc-findings';
import type { DomainHealth, Look } from './finding';
import type { DnsLookup, DomainAccount } from './ports';
import { recordFindings } from './record-findings';

/** Longest one call may take, in milliseconds. */
const CALL_MS = 8_000;

/** What examining works with. */
export interface Examination {
  readonly account: DomainAccount;
  readonly dns: DnsLookup;
  readonly registry: Pick<WebhookRegistry, 'read'>;
  readonly queues: SendingQueues;
  /** What is to be registered; `undefined` where that is nobody's business here. */
  readonly webhooks: { readonly url: string; readonly events: readonly WebhookEvent[] } | undefined;
  readonly clock: Clock;
}

/**
 * Looks at everything a domain needs to send well. What can't be looked at is a finding of its
 * own, and never one against the domain. Never rejects for what Mailgun or the DNS say.
 *
 * @throws {PermanentError} `unknown-domain` for a domain that is not configured.
 */
export async function examineDomain(
  { account, dns, registry, queues, webhooks, clock }: Examination,
  domain: string,
): Promise<DomainHealth> {
  const atMs = clock();
  const until = () => clock() + CALL_MS;
  const state = await account.state(domain, until());
  const records = 'found' in state ? await recordFindings(dns, state.found.records) : [];
  const dmarc = await dmarcFindings(dns, domain);
  const hooks =
    webhooks === undefined
      ? []
      : webhookFindings(lookOf(await registry.read(domain, until())), webhooks);
  return {
    ...{ domain, atMs, canSend: canSend(state) },
    findings: [
      ...stateFindings(domain, state),
      ...records,
      ...dmarc,
      ...hooks,
      ...queueFindings(await queues.read(domain, until())),
      ...limitFindings(await account.monthlyLimit(domain, until())),
      ...suppressionFindings(await account.suppressions(domain, until())),
    ],
  };
}

function lookOf(
  read: Awaited<ReturnType<WebhookRegistry['read']>>,
): Look<Extract<typeof read, { urls: unknown }>['urls']> {
  return 'refused' in read ? { unread: read.refused } : { found: read.urls };
}
