import type { Admission, BreakerSettings } from '../../../lambdas/core/breaker/breaker';
import { InMemoryBreaker } from '../fakes/in-memory-breaker';
import { chanceOf, VirtualTime } from './virtual-time';

const DOMAIN = 'mg.example.com';
const START_MS = 1_700_000_000_000;

/** What fifty workers did to a provider that was down. */
export interface OutageFigures {
  readonly workers: number;
  /** Fewest faults that open the breaker. */
  readonly threshold: number;
  /** Calls begun after the provider went down and before the breaker opened. */
  readonly callsBeforeOpening: number;
  /** After the provider went down, until the breaker opened. */
  readonly openedAfterMs: number;
  /** Calls still under way when the breaker opened, or begun after it; probes aside. */
  readonly callsAfterOpening: number;
  readonly probes: number;
  /** Periods in which a probe was due: as many as the breaker was half open. */
  readonly periods: number;
  /** Probes under way at a time, at most. */
  readonly probesAtOnce: number;
  readonly openings: number;
  readonly closings: number;
  /** Between two probes, at least; in cool-downs of that time. */
  readonly shortestGapInCoolDowns: number;
  /** After the provider came back, until calls passed again. */
  readonly recoveryMs: number;
}

export const outageSettings: BreakerSettings = {
  windowMs: 60_000,
  minimumFaults: 10,
  faultRate: 0.5,
  coolDownMs: 15_000,
  longestCoolDownMs: 300_000,
};

/**
 * Lets fifty workers meet an outage of ten minutes, each call taking 0.2 to 3 s.
 *
 * @param healthyMs how long the provider is well before; the calls of that time are in the window,
 *   and so it takes more faults to open.
 */
export async function outageFigures(seed: number, healthyMs = 60_000): Promise<OutageFigures> {
  const outage = new Outage(seed, START_MS + healthyMs);
  await outage.run();
  return outage.figures();
}

class Outage {
  private readonly workers = 50;
  private readonly upAtMs: number;
  private readonly endMs: number;
  private readonly time = new VirtualTime(START_MS);
  private readonly breaker = new InMemoryBreaker(outageSettings);
  private readonly chance: () => number;
  private readonly probeTimes: { readonly atMs: number; readonly dueMs: number }[] = [];
  private readonly gaps: number[] = [];
  private callsBeforeOpening = 0;
  private callsAfterOpening = 0;
  private openings = 0;
  private closings = 0;
  private openedAtMs = Infinity;
  private underWay = 0;
  private probesUnderWay = 0;
  private probesAtOnce = 0;
  private backAtMs = Infinity;

  constructor(
    seed: number,
    private readonly downAtMs: number,
  ) {
    this.chance = chanceOf(seed);
    this.upAtMs = downAtMs + 10 * 60_000;
    this.endMs = this.upAtMs + 14 * 60_000;
  }

  async run(): Promise<void> {
    await this.time.run(Array.from({ length: this.workers }, () => this.work()));
  }

  figures(): OutageFigures {
    return {
      workers: this.workers,
      threshold: outageSettings.minimumFaults,
      callsBeforeOpening: this.callsBeforeOpening,
      openedAfterMs: this.openedAtMs - this.downAtMs,
      callsAfterOpening: this.callsAfterOpening,
      probes: this.probeTimes.length,
      periods: new Set(this.probeTimes.map(({ dueMs }) => dueMs)).size,
      probesAtOnce: this.probesAtOnce,
      openings: this.openings,
      closings: this.closings,
      shortestGapInCoolDowns: Math.min(...this.gaps),
      recoveryMs: this.backAtMs - this.upAtMs,
    };
  }

  private async work(): Promise<void> {
    await this.time.sleep(this.chance() * 1000);
    while (this.time.nowMs < this.endMs) {
      const admission = await this.breaker.admit(DOMAIN, this.time.nowMs, 60_000);
      if (admission.admission === 'open') {
        await this.time.sleep(admission.untilMs - this.time.nowMs + this.chance() * 5000);
      } else {
        await this.call(admission);
      }
    }
  }

  private async call(admission: Exclude<Admission, { admission: 'open' }>): Promise<void> {
    const isProbe = admission.admission === 'probe';
    this.note(isProbe);
    if (isProbe) await this.noteProbe();
    this.underWay += isProbe ? 0 : 1;
    await this.time.sleep(200 + this.chance() * 2800);
    this.underWay -= isProbe ? 0 : 1;
    this.probesUnderWay -= isProbe ? 1 : 0;

    const isDown = this.time.nowMs >= this.downAtMs && this.time.nowMs < this.upAtMs;
    const result = isDown ? 'fault' : 'answered';
    const { change } = await this.breaker.record(DOMAIN, admission, result, this.time.nowMs);
    if (change === 'opened') {
      this.openings += 1;
      this.openedAtMs = this.time.nowMs;
      this.callsAfterOpening += this.underWay;
    }
    if (change === 'closed') {
      this.closings += 1;
      this.backAtMs = this.time.nowMs;
    }
  }

  private note(isProbe: boolean): void {
    const { nowMs } = this.time;
    if (nowMs >= this.downAtMs && nowMs < this.openedAtMs) this.callsBeforeOpening += 1;
    const isOpen = nowMs >= this.openedAtMs && this.backAtMs === Infinity;
    if (isOpen && !isProbe) this.callsAfterOpening += 1;
  }

  private async noteProbe(): Promise<void> {
    this.probesUnderWay += 1;
    this.probesAtOnce = Math.max(this.probesAtOnce, this.probesUnderWay);
    const { untilMs: dueMs = NaN } = await this.breaker.read(DOMAIN, this.time.nowMs);
    const state = this.breaker.states.get(DOMAIN);
    const last = this.probeTimes.at(-1)?.atMs ?? this.openedAtMs;
    if (state?.phase === 'open') {
      this.gaps.push((this.time.nowMs - last) / state.opening.coolDownMs);
    }
    this.probeTimes.push({ atMs: this.time.nowMs, dueMs });
  }
}
