import type { ReleaseRequests } from '../core/batch/parked-batches';
import type { Clock } from '../core/clock';
import { errorsIn, type DomainHealth } from '../core/domain-health/finding';
import type { DomainHealths } from '../core/domain-health/ports';
import type { Log } from '../core/log';
import type { Notifier } from '../core/notification/notification';
import type { Controls } from '../core/standing/standing';

/** Who acts, in the history of a domain. */
const ACTOR = 'check-domains';

/** Findings that say why a domain can't send. */
const FORBIDDING = ['domain-disabled', 'domain-unverified'];

/** What checking works with. */
export interface Dependencies {
  readonly domains: readonly string[];
  /** Looks at one domain. Never rejects for what Mailgun or the DNS say. */
  readonly examine: (domain: string) => Promise<DomainHealth>;
  readonly healths: DomainHealths;
  readonly controls: Pick<Controls, 'blockDomain' | 'unblockDomain'>;
  /** Whether a domain that can't send is blocked. */
  readonly blocks: boolean;
  readonly releases: ReleaseRequests;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the function that looks at every domain on schedule: blocks one that Mailgun does not let
 * send, before it burns a campaign; unblocks what it blocked itself, and nothing else; tells of
 * changes; keeps what it found. What it can't read changes nothing.
 *
 * @throws the first fault of a store, once every domain was looked at: Lambda then tries again.
 */
export function createCheckDomains(dependencies: Dependencies) {
  return async (): Promise<void> => {
    const faults: unknown[] = [];
    for (const domain of dependencies.domains) {
      try {
        await check(dependencies, domain);
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  };
}

async function check(dependencies: Dependencies, domain: string): Promise<void> {
  const { examine, healths, log, blocks } = dependencies;
  const health = await examine(domain);
  const findings = health.findings.map(({ code, severity }) => `${severity} ${code}`);
  const line = { code: 'domain-examined', domain, canSend: health.canSend, findings };
  if (errorsIn(health).length > 0) log.warn('domain examined', line);
  else log.info('domain examined', line);

  if (blocks && health.canSend === 'no') await block(dependencies, health);
  // Also where blocking was turned off since: what it blocked must not stay blocked for ever.
  if (health.canSend === 'yes') await unblock(dependencies, health);

  const before = await healths.read(domain);
  await healths.keep(health, await tell(dependencies, health, before?.told));
}

async function block(
  { controls, notifier, clock }: Dependencies,
  { domain, findings }: DomainHealth,
): Promise<void> {
  const reason =
    findings.find(({ code }) => FORBIDDING.includes(code))?.message ??
    'Mailgun does not let it send';
  const atMs = clock();
  if (!(await controls.blockDomain(domain, { reason, actor: ACTOR, atMs }))) return;
  await notifier.notify({
    ...{ version: 1, type: 'domain.blocked', at: new Date(atMs).toISOString() },
    ...{ domain, reason, details: { actor: ACTOR } },
  });
}

async function unblock(
  { controls, releases, notifier, clock }: Dependencies,
  { domain }: DomainHealth,
): Promise<void> {
  const reason = 'Mailgun lets the domain send again';
  const atMs = clock();
  const change = { reason, actor: ACTOR, atMs };
  if (!(await controls.unblockDomain(domain, change, ACTOR))) return;
  // A death before this is made good by the hourly sweep of what is parked.
  await releases.request({ scope: 'domain', domain });
  await notifier.notify({
    ...{ version: 1, type: 'domain.released', at: new Date(atMs).toISOString() },
    ...{ domain, reason, details: { actor: ACTOR } },
  });
}

/**
 * Tells of errors that are new or others than before, and of their end. Where something could not
 * be read, what was told of it before still holds.
 *
 * @returns the codes that people know of from now on.
 */
async function tell(
  { notifier }: Dependencies,
  { domain, atMs, findings }: DomainHealth,
  told: readonly string[] = [],
): Promise<readonly string[]> {
  const errors = errorsIn({ findings });
  const isWhole = findings.every(({ severity }) => severity !== 'unknown');
  const now = isWhole ? errors : [...new Set([...errors, ...told])].sort();
  if (now.join() === told.join()) return now;

  const isHealthy = now.length === 0;
  await notifier.notify({
    version: 1,
    type: isHealthy ? 'domain.healthy' : 'domain.unhealthy',
    at: new Date(atMs).toISOString(),
    domain,
    reason: isHealthy
      ? 'everything that was wrong is mended'
      : findings
          .filter(({ severity }) => severity === 'error')
          .map(({ message }) => message)
          .join('; '),
    details: { errors: now.length, codes: now.join(', ') },
  });
  return now;
}
