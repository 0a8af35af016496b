import type { Batch } from '../../../lambdas/core/batch/batch';
import type {
  AcceptedSubmission,
  InDoubtSubmission,
  PlannedSubmission,
  RefusedSubmission,
  SkippedSubmission,
  SplitSubmission,
} from '../../../lambdas/core/submission/submission';

/** A batch of four recipients, nothing excluded. */
export const aBatch = (part: Partial<Batch> = {}): Batch => ({
  batchId: '000001',
  domain: 'mg.example.com',
  audience: 4,
  invalid: new Set(),
  duplicate: new Set(),
  state: 'open',
  begunWithoutEnd: 0,
  firstBegunAtMs: 1_700_000_000_000,
  ...part,
});

const base = {
  path: '/',
  range: { from: 0, to: 4 },
  attempts: 1,
  revision: 0,
  atMs: 1_700_000_000_000,
  suppressed: new Set<number>(),
  recipients: 4,
};

export const aPlannedSubmission = (part: Partial<PlannedSubmission> = {}): PlannedSubmission => ({
  ...base,
  state: 'planned',
  ...part,
});

export const anAcceptedSubmission = (
  part: Partial<AcceptedSubmission> = {},
): AcceptedSubmission => ({ ...base, state: 'accepted', messageId: 'm1@mg.example.com', ...part });

export const aRefusedSubmission = (part: Partial<RefusedSubmission> = {}): RefusedSubmission => ({
  ...base,
  state: 'refused',
  part: 'refused',
  reason: 'content refused',
  ...part,
});

export const anInDoubtSubmission = (part: Partial<InDoubtSubmission> = {}): InDoubtSubmission => ({
  ...base,
  state: 'inDoubt',
  messageId: 'm1@mg.example.com',
  cause: 'timeout',
  calledAtMs: 1_700_000_000_000,
  ...part,
});

export const aSplitSubmission = (part: Partial<SplitSubmission> = {}): SplitSubmission => ({
  ...base,
  state: 'split',
  at: 2,
  ...part,
});

export const aSkippedSubmission = (part: Partial<SkippedSubmission> = {}): SkippedSubmission => ({
  ...base,
  state: 'skipped',
  recipients: 0,
  ...part,
});
