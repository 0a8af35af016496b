import { halvesOf, inDoubt } from '../core/submission/dispatch';
import type { PositionRange, Submission } from '../core/submission/submission';
import type { BatchWork } from './batch-work';
import type { Dependencies } from './dependencies';
import { settleDoubt, type DoubtContext } from './settle-doubt';

/** A submission by its path and the positions it is for. */
export interface SubmissionRange {
  readonly path: string;
  readonly range: PositionRange;
}

/** Where a submission got to. */
export type Step =
  | { readonly step: 'final' }
  | { readonly step: 'halves'; readonly halves: readonly SubmissionRange[] }
  /** Nothing more can be done before this time; milliseconds since the Unix epoch, UTC. */
  | { readonly step: 'wait'; readonly untilMs: number; readonly reason: string };

/** The same, or that a call may be made from what is stored. */
export type Settled = Step | { readonly step: 'ready'; readonly before: Submission | undefined };

/** What a stored submission allows now, after whatever evidence could settle. */
export async function settle(
  dependencies: Dependencies,
  work: BatchWork,
  stored: Submission | undefined,
  doubt: DoubtContext,
): Promise<Settled> {
  const { ledger, clock } = dependencies;
  if (stored === undefined) return { step: 'ready', before: undefined };
  switch (stored.state) {
    case 'planned':
      return { step: 'ready', before: stored };
    case 'accepted':
    case 'refused':
    case 'skipped':
      return { step: 'final' };
    case 'split':
      return { step: 'halves', halves: halvesOf(stored) };
    case 'dispatching': {
      if (stored.leaseUntilMs > clock()) {
        return { step: 'wait', untilMs: stored.leaseUntilMs, reason: 'another-worker' };
      }
      const lost = inDoubt(stored, 'worker-lost', clock());
      const advanced = await ledger.advance(work.key, stored, lost);
      if (advanced === 'stored') return settleDoubt(dependencies, work, lost, doubt);
      return { step: 'wait', untilMs: clock(), reason: 'another-worker' };
    }
    case 'inDoubt':
      return settleDoubt(dependencies, work, stored, doubt);
  }
}
