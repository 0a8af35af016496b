import { PAUSES_COUNT_DAYS } from '../core/guard/account-log';
import { addCounts, countsBy, NO_COUNTS, type GuardCounts } from '../core/guard/counts';
import { figuresOf, reasonOf } from '../core/guard/explain';
import type { GuardAct, GuardFacts } from '../core/guard/guard-record';
import { judge, type Finding, type Judgement } from '../core/guard/judgement';
import { WINDOW_HOURS } from '../core/guard/limits';
import { act, finishAct, GUARD, type Action } from './acts';
import type { Dependencies } from './dependencies';
import type { Turn } from './turn';

/** Evaluates an account; see {@link createEvaluateAccount}. */
export type EvaluateAccount = (accountId: string, turn: Turn) => Promise<GuardFacts>;

const HOUR_MS = 3_600_000;

/**
 * Makes the evaluation of an account: suspends it when too many of its campaigns were paused, or
 * when the campaigns that were not paused are over a limit together; warns people before.
 *
 * What happened before a person reinstated it does not count again.
 */
export function createEvaluateAccount(dependencies: Dependencies): EvaluateAccount {
  return (accountId, turn) => new AccountEvaluation(dependencies, accountId, turn).run();
}

class AccountEvaluation {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly accountId: string,
    private readonly turn: Turn,
  ) {}

  async run(): Promise<GuardFacts> {
    const { controls, settings } = this.dependencies;
    const account = await controls.account(this.accountId);
    const facts = await finishAct(this.dependencies, this.suspending, this.turn.facts);
    if (account.standing === 'suspended') return facts;

    const reinstatedMs = account.sinceMs ?? 0;
    const pauses = await this.pausesSince(reinstatedMs);
    const judgement = judge(await this.countsSince(reinstatedMs), settings, facts.warned);
    const after = await this.act(facts, judgement, pauses);
    const { finding: _before, ...rest } = after;
    const { level, finding } = judgement;
    return { ...rest, level, ...(finding !== undefined && { finding }) };
  }

  private get suspending(): Action {
    const { controls } = this.dependencies;
    return {
      subject: { subject: 'account', accountId: this.accountId },
      standing: 'suspended',
      make: (change) => controls.suspendAccount(this.accountId, change),
      follow: (begun) => this.tellSuspended(begun),
    };
  }

  private async pausesSince(reinstatedMs: number): Promise<number> {
    const countFromMs = this.turn.nowMs - PAUSES_COUNT_DAYS * 24 * HOUR_MS;
    const afterMs = Math.max(countFromMs, reinstatedMs);
    return (await this.dependencies.accounts.pauses(this.accountId, afterMs)).length;
  }

  /** Adds up its campaigns, each window of those that were read within it. */
  private async countsSince(reinstatedMs: number): Promise<GuardCounts> {
    const { nowMs } = this.turn;
    let sum = NO_COUNTS;
    for (const { counts, asOfMs } of await this.dependencies.accounts.counts(this.accountId)) {
      if (asOfMs <= reinstatedMs) continue;
      const current = countsBy((kind, window) =>
        asOfMs > nowMs - WINDOW_HOURS[window] * HOUR_MS
          ? counts[kind][window]
          : NO_COUNTS[kind][window],
      );
      sum = addCounts(sum, current);
    }
    return sum;
  }

  private async act(
    facts: GuardFacts,
    { finding, warnings }: Judgement,
    pauses: number,
  ): Promise<GuardFacts> {
    const { settings } = this.dependencies;
    if (settings.enabled && pauses >= settings.pausesUntilSuspended) {
      const reason = `${pauses} campaigns were paused by the guard in ${PAUSES_COUNT_DAYS} days, the limit is ${settings.pausesUntilSuspended}`;
      return this.suspend(facts, {
        reason,
        figures: { pauses, days: PAUSES_COUNT_DAYS, threshold: settings.pausesUntilSuspended },
      });
    }
    if (finding?.level === 'pause') {
      const reason = `all its campaigns together: ${reasonOf(finding)}`;
      return this.suspend(facts, { reason, figures: figuresOf(finding) });
    }
    for (const warning of warnings) {
      if (!facts.warned.includes(warning.kind)) await this.warn(warning);
    }
    return { ...facts, warned: warnings.map(({ kind }) => kind) };
  }

  private suspend(facts: GuardFacts, why: Pick<GuardAct, 'reason' | 'figures'>) {
    return act(this.dependencies, this.suspending, this.turn, { facts, ...why });
  }

  private async tellSuspended({ reason, figures, atMs }: GuardAct): Promise<void> {
    const { accountId } = this;
    const { notifier, log } = this.dependencies;
    await notifier.notify({
      ...{ version: 1, type: 'account.suspended', at: new Date(atMs).toISOString() },
      ...{ accountId, reason, details: { actor: GUARD, ...figures } },
    });
    log.warn('account suspended', { code: 'guard-account-suspended', accountId, ...figures });
  }

  private async warn(finding: Finding): Promise<void> {
    const { accountId } = this;
    const { notifier, clock, log } = this.dependencies;
    const figures = figuresOf(finding);
    await notifier.notify({
      ...{ version: 1, type: 'account.warned', at: new Date(clock()).toISOString() },
      ...{ accountId, reason: reasonOf(finding), details: figures },
    });
    log.warn('account warned of', { code: 'guard-account-warned', accountId, ...figures });
  }
}
