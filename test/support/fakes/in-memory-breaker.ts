import type {
  Admission,
  Breaker,
  BreakerChange,
  BreakerRecord,
  BreakerSettings,
  CallResult,
} from '../../../lambdas/core/breaker/breaker';
import {
  admitted,
  breakerRecord,
  counted,
  givenBack,
  openWhereDue,
  rolledTo,
  settled,
  UNUSED_BREAKER,
  windowIdAt,
  type BreakerState,
  type Step,
} from '../../../lambdas/core/breaker/breaker-state';

/** `Breaker` in memory. */
export class InMemoryBreaker implements Breaker {
  readonly states = new Map<string, BreakerState>();
  /** Set it to make every method reject. */
  fault: Error | undefined;
  private tokens = 0;

  constructor(
    private readonly settings: BreakerSettings,
    private readonly newToken = () => `token-${(this.tokens += 1)}`,
  ) {}

  admit(domain: string, nowMs: number, leaseMs: number): Promise<Admission> {
    const probe = { token: this.newToken(), untilMs: nowMs + leaseMs };
    return this.answer(() => this.step(domain, admitted(this.state(domain), probe, nowMs)));
  }

  record(
    domain: string,
    admission: Exclude<Admission, { readonly admission: 'open' }>,
    result: CallResult,
    nowMs: number,
  ): Promise<BreakerChange> {
    const token = this.newToken();
    return this.answer(() => {
      const state = this.state(domain);
      if (admission.admission === 'probe') {
        const probe = { probeToken: admission.probeToken, result, atMs: nowMs, token };
        return this.step(domain, settled(state, probe, this.settings));
      }
      const seen = state.phase === 'open' ? state : this.count(state, result, nowMs);
      this.states.set(domain, seen);
      return this.step(domain, openWhereDue(seen, this.settings, nowMs, token));
    });
  }

  giveBack(domain: string, probeToken: string): Promise<void> {
    return this.answer(() => this.step(domain, givenBack(this.state(domain), probeToken)));
  }

  read(domain: string, nowMs: number): Promise<BreakerRecord> {
    return this.answer(() => breakerRecord(this.state(domain), this.settings, nowMs));
  }

  private state(domain: string): BreakerState {
    return this.states.get(domain) ?? UNUSED_BREAKER;
  }

  private count(state: BreakerState, result: CallResult, nowMs: number): BreakerState {
    const current = rolledTo(state.counts, windowIdAt(this.settings, nowMs));
    return { ...state, counts: counted(current, result) };
  }

  private step<Answer>(domain: string, { answer, next }: Step<Answer>): Answer {
    if (next !== undefined) this.states.set(domain, next);
    return answer;
  }

  private answer<Answer>(compute: () => Answer): Promise<Answer> {
    return this.fault === undefined ? Promise.resolve(compute()) : Promise.reject(this.fault);
  }
}
