import type { BatchContent } from '../../../lambdas/core/batch/batch-ledger';
import type {
  DispatchingSubmission,
  InDoubtSubmission,
  PlannedSubmission,
} from '../../../lambdas/core/submission/submission';

const NOW = 1_700_000_000_000;

const shared = {
  path: '/',
  range: { from: 0, to: 3 },
  attempts: 1,
  revision: 0,
  atMs: NOW,
  suppressed: new Set<number>(),
  recipients: 3,
};

/** What a batch of three recipients is begun with. */
export const aBatchContent = (over: Partial<BatchContent> = {}): BatchContent => ({
  key: { accountId: 'acme', campaignId: 'spring-sale', batchId: '000001' },
  domain: 'mg.example.com',
  contentDigest: 'content-1',
  audience: 3,
  invalid: new Set(),
  duplicate: new Set(),
  ...over,
});

/** A submission in the middle of its first call. */
export const aDispatchingSubmission = (
  over: Partial<DispatchingSubmission> = {},
): DispatchingSubmission => ({
  ...shared,
  state: 'dispatching',
  attemptToken: 'token-1',
  leaseUntilMs: NOW + 60_000,
  messageId: 'first@mg.example.com',
  ...over,
});

/** A submission after a call that was certainly not taken. */
export const aPlannedSubmission = (over: Partial<PlannedSubmission> = {}): PlannedSubmission => ({
  ...shared,
  state: 'planned',
  ...over,
});

/** A submission after a call that may have been taken. */
export const anInDoubtSubmission = (over: Partial<InDoubtSubmission> = {}): InDoubtSubmission => ({
  ...shared,
  state: 'inDoubt',
  messageId: 'first@mg.example.com',
  cause: 'timeout',
  calledAtMs: NOW,
  ...over,
});
