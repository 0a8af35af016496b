import { countsBy, type GuardCounts, type Share } from '../../../lambdas/core/guard/counts';
import type { GuardKind, GuardSettings, GuardWindow } from '../../../lambdas/core/guard/limits';
import { checkConfiguration } from '../../../lib/config/check-configuration';

/** The limits a deployment has that configures none. */
export const defaultGuard: GuardSettings = checkConfiguration({
  stage: 'test',
  domains: { 'mg.example.com': { region: 'us' } },
}).guard;

/** Shares by `kind window`, nobody in the others: `{ 'bounce short': [20, 200] }`. */
export function someCounts(
  shares: Partial<Record<`${GuardKind} ${GuardWindow}`, readonly [events: number, of: number]>>,
): GuardCounts {
  return countsBy((kind, window): Share => {
    const [events, of] = shares[`${kind} ${window}`] ?? [0, 0];
    return { events, of };
  });
}
