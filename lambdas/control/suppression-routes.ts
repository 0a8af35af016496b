import type { Clock } from '../core/clock';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import { recipientDigest } from '../core/recipient/recipient-digest';
import type { SecretSource } from '../core/secrets';
import { mailDomainOf, type Allowlist } from '../core/suppression/allowlist';
import type { ProviderLists, ProviderProblem } from '../core/suppression/provider-lists';
import {
  groundsAgainst,
  withRemoved,
  type Ground,
  type Removal,
  type SuppressionRecord,
} from '../core/suppression/suppression-record';
import type { SuppressionRecords } from '../core/suppression/suppression-records';
import { addressIn, domainIn } from './parameters';
import { json, RequestProblem, type ControlRequest, type ControlResponse } from './request';
import { readStandingChange } from './standing-change';

/** What the routes about suppressions need. */
export interface SuppressionDependencies {
  readonly suppressionRecords: Pick<SuppressionRecords, 'read' | 'change' | 'removals'>;
  readonly providerLists: Pick<ProviderLists, 'find' | 'remove'>;
  readonly allowlist: Pick<Allowlist, 'allows'>;
  /** Domains that are configured; Mailgun can't be asked about others. */
  readonly domains: ReadonlySet<string>;
  readonly secrets: Pick<SecretSource, 'current'>;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long Mailgun may take: API Gateway gives up after 30 s. */
const MAILGUN_MS = 20_000;

/** Hexadecimal characters that name a recipient in a notification: enough to find the log line by. */
const DIGEST_PREFIX = 8;

const RETRY_AFTER_SECONDS = 30;

/** Answers with what speaks against mailing an address, here and at Mailgun, and what was removed. */
export async function answerSuppression(
  dependencies: SuppressionDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const { suppressionRecords, providerLists, allowlist, clock } = dependencies;
  const { domain, address, recipient, pepper } = await subjectOf(dependencies, request);
  const mailDomain = recipientDigest(pepper, mailDomainOf(address));
  const [record, removals, allowlisted, found] = await Promise.all([
    suppressionRecords.read(domain, recipient),
    suppressionRecords.removals(domain, recipient),
    allowlist.allows(domain, [recipient, mailDomain]),
    providerLists.find(domain, address, clock() + MAILGUN_MS),
  ]);

  const isKnown = groundsAgainst(record).length > 0 || removals.length > 0 || allowlisted;
  if (!isKnown && found.result === 'found' && Object.keys(found.entries).length === 0) {
    throw new RequestProblem(
      404,
      'suppression-not-found',
      'nothing keeps this domain from mailing the address, here or at Mailgun, and nothing was removed',
    );
  }
  return json(200, {
    ...describeHere(domain, record),
    mailgun: describeFound(found),
    allowlisted,
    removals: removals.map(describeRemoval),
  });
}

/**
 * Removes an address from Mailgun's lists, then here: a crash in between leaves it suppressed here, and
 * the call can be made again. Doing it again changes nothing.
 */
export async function answerRemoval(
  dependencies: SuppressionDependencies,
  request: ControlRequest,
): Promise<ControlResponse> {
  const { suppressionRecords, providerLists, clock } = dependencies;
  const { reason, actor, atMs } = readStandingChange(request.body, clock());
  const { domain, address, recipient } = await subjectOf(dependencies, request);

  const atMailgun = await providerLists.remove(domain, address, clock() + MAILGUN_MS);
  if (atMailgun.result !== 'removed') throw notRemoved(dependencies, domain, atMailgun);

  const removal = { atMs, actor, reason, removed: atMailgun.from.map((list) => `mailgun:${list}`) };
  const [changed] = await suppressionRecords.change(domain, [
    { recipient, decide: (record) => withRemoved(record, removal) },
  ]);
  const made = changed?.record?.removal;
  const removed = made?.atMs === atMs ? made.removed : [];
  await tell(dependencies, { domain, recipient, removal: { ...removal, removed } });
  return json(200, {
    ...describeHere(domain, changed?.record),
    ...{ changed: removed.length > 0, removed },
  });
}

async function subjectOf({ domains, secrets }: SuppressionDependencies, request: ControlRequest) {
  const domain = domainIn(request);
  if (!domains.has(domain)) {
    throw new RequestProblem(404, 'domain-not-found', 'the domain is not configured');
  }
  const address = addressIn(request);
  const { recipientPepper: pepper } = await secrets.current();
  return { domain, address, pepper, recipient: recipientDigest(pepper, address) };
}

function notRemoved(
  { log }: SuppressionDependencies,
  domain: string,
  { result, reason }: ProviderProblem,
): RequestProblem {
  log.error('suppression not removed', { code: 'suppression-not-removed', domain, reason });
  const whatNow =
    result === 'later'
      ? 'ask again'
      : "the domain's API key must be allowed to change suppressions";
  return new RequestProblem(
    503,
    'mailgun-unavailable',
    `Mailgun did not remove the address from all of its lists (${reason}), so nothing was removed here; ${whatNow}`,
    { 'retry-after': String(RETRY_AFTER_SECONDS) },
  );
}

async function tell(
  { notifier, log }: SuppressionDependencies,
  about: {
    readonly domain: string;
    readonly recipient: Buffer;
    readonly removal: Removal;
  },
): Promise<void> {
  const { domain, removal } = about;
  const { reason, actor, atMs, removed } = removal;
  const recipient = about.recipient.toString('hex').slice(0, DIGEST_PREFIX);
  const changed = removed.length > 0;
  log.info('suppression removed by a person', {
    ...{ code: 'suppression-removed', domain, recipient, changed },
  });
  if (!changed) return;
  await notifier.notify({
    ...{ version: 1, type: 'suppression.removed', at: new Date(atMs).toISOString() },
    ...{ domain, reason, details: { actor, recipient, removed: removed.join(', ') } },
  });
}

function describeHere(domain: string, record: SuppressionRecord | undefined) {
  const grounds = groundsAgainst(record);
  return { domain, suppressed: grounds.length > 0, here: grounds.map(describeGround) };
}

function describeGround(ground: Ground) {
  const { reason, tag, cause, observedAtMs, confirmedAtMs, listedAtMs } = ground;
  return {
    ...{ reason, tag: tag ?? null, cause },
    observedAt: timeOf(observedAtMs),
    confirmedAt: timeOf(confirmedAtMs),
    listedAt: listedAtMs === undefined ? null : timeOf(listedAtMs),
  };
}

function describeFound(found: Awaited<ReturnType<ProviderLists['find']>>) {
  if (found.result !== 'found') return { readable: false, reason: found.reason };

  const entries = Object.entries(found.entries).map(([reason, { createdAtMs, tags }]) => ({
    ...{ reason, tags: tags ?? null },
    createdAt: createdAtMs === undefined ? null : timeOf(createdAtMs),
  }));
  return { readable: true, entries };
}

function describeRemoval({ atMs, ...removal }: Removal) {
  return { at: timeOf(atMs), ...removal };
}

const timeOf = (ms: number): string => new Date(ms).toISOString();
