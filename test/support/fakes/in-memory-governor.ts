import {
  afterGiveBack,
  afterTake,
  allowanceRecord,
  slowedDown,
  staleDays,
  takeFrom,
  UNUSED_ALLOWANCE,
  type Allowance,
} from '../../../lambdas/core/governor/allowance';
import type {
  AllowanceRecord,
  Governor,
  GovernorSettings,
  Take,
} from '../../../lambdas/core/governor/governor';

/** `Governor` in memory. */
export class InMemoryGovernor implements Governor {
  readonly allowances = new Map<string, Allowance>();
  /** Set it to make every method reject. */
  fault: Error | undefined;

  constructor(private readonly settingsByDomain: (domain: string) => GovernorSettings) {}

  take(domain: string, recipients: number, nowMs: number): Promise<Take> {
    return this.answer(() => {
      const allowance = this.allowance(domain);
      const taken = takeFrom(allowance, this.settingsByDomain(domain), recipients, nowMs);
      if (taken.take !== 'granted') return taken;

      const stale = staleDays(allowance, nowMs);
      const { usedByDay, ...rest } = afterTake(allowance, taken);
      const kept = Object.entries(usedByDay).filter(([day]) => !stale.includes(day));
      this.allowances.set(domain, { ...rest, usedByDay: Object.fromEntries(kept) });
      return { take: 'granted' };
    });
  }

  giveBack(domain: string, recipients: number, takenAtMs: number): Promise<void> {
    return this.answer(() => {
      const given = afterGiveBack(this.allowance(domain), recipients, takenAtMs);
      this.allowances.set(domain, given);
    });
  }

  slowDown(domain: string, nowMs: number): Promise<void> {
    return this.answer(() => {
      const allowance = this.allowance(domain);
      const maxRate = this.settingsByDomain(domain).recipientsPerSecond;
      const slower = slowedDown(allowance, maxRate, nowMs);
      if (slower !== undefined) this.allowances.set(domain, { ...allowance, ...slower });
    });
  }

  read(domain: string, nowMs: number): Promise<AllowanceRecord> {
    return this.answer(() =>
      allowanceRecord(this.allowance(domain), this.settingsByDomain(domain), nowMs),
    );
  }

  private allowance(domain: string): Allowance {
    return this.allowances.get(domain) ?? UNUSED_ALLOWANCE;
  }

  private answer<Answer>(compute: () => Answer): Promise<Answer> {
    return this.fault === undefined ? Promise.resolve(compute()) : Promise.reject(this.fault);
  }
}
