import type { DomainHealth } from '../../../lambdas/core/domain-health/finding';
import type { DomainHealths } from '../../../lambdas/core/domain-health/ports';

/** `DomainHealths` in memory. */
export class InMemoryDomainHealths implements DomainHealths {
  private readonly kept = new Map<string, { health: DomainHealth; told: readonly string[] }>();

  read(domain: string) {
    return Promise.resolve(this.kept.get(domain));
  }

  keep(health: DomainHealth, told: readonly string[]): Promise<void> {
    const before = this.kept.get(health.domain);
    if (before === undefined || before.health.atMs <= health.atMs) {
      this.kept.set(health.domain, { health, told });
    }
    return Promise.resolve();
  }
}
