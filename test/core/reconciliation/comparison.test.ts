import { recipientDigest } from '../../../lambdas/core/recipient/recipient-digest';
import { Comparison } from '../../../lambdas/core/reconciliation/comparison';
import { callState } from '../../../lambdas/core/reconciliation/call-state';
import type { JsonObject } from '../../../lambdas/core/json';
import {
  aSubmission,
  CALLED_AT_MS,
  logged,
  OUR_ID,
  theRequest,
} from '../../reconcile/a-reconciler';
import { PEPPER } from '../../record-events/a-recorder';

const ADA = 'ada@example.com';

const missing = (event: JsonObject, settledBeforeMs = Infinity) =>
  new Comparison({
    ...{ submission: theRequest, messageIds: [OUR_ID], pepper: PEPPER, tallies: [] },
    digests: recipientDigest(PEPPER, ADA).subarray(0, 8),
    ...{ settledBeforeMs, machineWithinSeconds: 3 },
  }).missingAmong([event]);

describe('an event of the record', () => {
  it('is missing where no tally has its position', () => {
    expect(missing(logged(ADA))).toMatchObject([{ kind: 'delivered' }]);
  });

  it('is left alone when it is nested so deep that nobody could walk it', () => {
    let deep: JsonObject = {};
    for (let depth = 0; depth < 40; depth += 1) deep = { deep };

    expect(missing(logged(ADA, { deep }))).toEqual([]);
  });

  it('that has no time is missing all the same, before the last pass too', () => {
    const event = logged(ADA, { timestamp: null });

    expect(missing(event, CALLED_AT_MS)).toMatchObject([{ occurredAtMs: undefined }]);
  });

  it('that happened lately is left to its webhook', () => {
    expect(missing(logged(ADA), CALLED_AT_MS)).toEqual([]);
  });
});

describe('a call', () => {
  it.each([
    ['whose submission was never stored', undefined, 'unclaimed'],
    ['that was not claimed yet', aSubmission({ attempts: 0 }), 'unclaimed'],
    ['that another one took the place of', aSubmission({ attempts: 2 }), 'over'],
    ['that was taken', aSubmission(), 'accepted'],
    ['under way', aSubmission({ state: 'dispatching' }), 'open'],
    ['in doubt', aSubmission({ state: 'inDoubt' }), 'open'],
    ['that was not taken', aSubmission({ state: 'planned' }), 'over'],
    ['that was refused', aSubmission({ state: 'refused' }), 'over'],
    ['that was split', aSubmission({ state: 'split' }), 'over'],
    ['that nobody was left for', aSubmission({ state: 'skipped' }), 'over'],
  ] as const)('%s', (_what, submission, call) => {
    expect(callState(submission, theRequest)).toMatchObject({ call });
  });
});
