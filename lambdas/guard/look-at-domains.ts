import type { Breaker } from '../core/breaker/breaker';
import type { Clock } from '../core/clock';
import { faultOf } from '../core/errors';
import type { Governor } from '../core/governor/governor';
import type { Log } from '../core/log';
import { whatKeepsBack } from '../core/standing/kept-back';
import type { Controls } from '../core/standing/standing';

/** What looking at domains works with. */
export interface DomainDependencies {
  readonly controls: Pick<Controls, 'domain'>;
  readonly breaker: Pick<Breaker, 'read'>;
  readonly governor: Pick<Governor, 'read'>;
  /** Every domain, and whether it has a budget a day. */
  readonly domains: readonly { readonly name: string; readonly hasBudget: boolean }[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the look at every domain: says of each that is kept back what keeps it, once a look, for as
 * long as it lasts. That is what alarms go by: it hangs on what is stored, and on no notification.
 *
 * It never rejects. What can't be read says nothing, and is looked at again a minute later.
 */
export function createLookAtDomains(dependencies: DomainDependencies) {
  const { domains, log } = dependencies;
  return async (): Promise<void> => {
    for (const domain of domains) {
      try {
        await look(dependencies, domain);
      } catch (fault) {
        const error = faultOf(fault);
        log.warn('domain not read', { code: 'domain-not-read', domain: domain.name, error });
      }
    }
  };
}

async function look(
  { controls, breaker, governor, clock, log }: DomainDependencies,
  { name, hasBudget }: DomainDependencies['domains'][number],
): Promise<void> {
  const nowMs = clock();
  const [domain, breakerNow, allowance] = await Promise.all([
    controls.domain(name),
    breaker.read(name, nowMs),
    hasBudget ? governor.read(name, nowMs) : undefined,
  ]);
  const keptBack = whatKeepsBack({ domain, breaker: breakerNow, allowance }, nowMs);
  if (keptBack === undefined) return;
  log.info('domain kept back', { code: 'domain-kept-back', domain: name, ...keptBack });
}
