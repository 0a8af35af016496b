import * as fc from 'fast-check';
import { partOf, partsOf, submissionFor } from '../../../lambdas/core/report/recipient-parts';
import type { Submission } from '../../../lambdas/core/submission/submission';
import {
  aBatch,
  anAcceptedSubmission,
  anInDoubtSubmission,
  aPlannedSubmission,
  aRefusedSubmission,
  aSkippedSubmission,
  aSplitSubmission,
} from '../../support/builders/batches';

describe('partsOf', () => {
  it('counts a batch that no submission is stored for as pending', () => {
    expect(partsOf({ batch: aBatch(), submissions: [] })).toMatchObject({
      pending: 4,
      accepted: 0,
    });
  });

  it('counts a parked batch as parked, but for what is decided already', () => {
    const batch = aBatch({ state: 'parked', parkedMessageId: 'm1', invalid: new Set([0]) });
    const accepted = anAcceptedSubmission({ path: '/0', range: { from: 0, to: 2 } });
    const planned = aPlannedSubmission({ path: '/1', range: { from: 2, to: 4 } });

    expect(partsOf({ batch, submissions: [] })).toMatchObject({ invalid: 1, parked: 3 });
    expect(partsOf({ batch, submissions: [aSplitSubmission(), accepted, planned] })).toMatchObject({
      invalid: 1,
      accepted: 1,
      parked: 2,
      pending: 0,
    });
  });

  it.each([
    ['accepted', anAcceptedSubmission()],
    ['inDoubt', anInDoubtSubmission()],
    ['refused', aRefusedSubmission()],
    ['invalid', aRefusedSubmission({ part: 'invalid' })],
    ['pending', aPlannedSubmission()],
    ['pending', aSplitSubmission()],
    [
      'pending',
      {
        ...anInDoubtSubmission(),
        state: 'dispatching',
        attemptToken: 'a',
        leaseUntilMs: 1,
      },
    ],
  ] as [string, Submission][])('counts as %s what one submission says', (part, submission) => {
    expect(partsOf({ batch: aBatch(), submissions: [submission] })).toMatchObject({ [part]: 4 });
  });

  it('takes the excluded out of the submission they would have been in', () => {
    const batch = aBatch({ invalid: new Set([0]), duplicate: new Set([1]) });
    const submissions = [anAcceptedSubmission({ suppressed: new Set([2]), recipients: 1 })];

    expect(partsOf({ batch, submissions })).toEqual({
      accepted: 1,
      suppressed: 1,
      invalid: 1,
      duplicate: 1,
      refused: 0,
      parked: 0,
      pending: 0,
      inDoubt: 0,
    });
  });

  it('counts a submission that was skipped as what its recipients are excluded for', () => {
    const batch = aBatch({ duplicate: new Set([0]) });
    const submissions = [aSkippedSubmission({ suppressed: new Set([1, 2, 3]) })];

    expect(partsOf({ batch, submissions })).toMatchObject({ duplicate: 1, suppressed: 3 });
  });

  it('counts a split submission by its halves, and a half that is not stored yet as pending', () => {
    const submissions = [
      aSplitSubmission({ suppressed: new Set([3]) }),
      anAcceptedSubmission({ path: '/0', range: { from: 0, to: 2 }, suppressed: new Set([1]) }),
    ];

    expect(partsOf({ batch: aBatch(), submissions })).toMatchObject({
      accepted: 1,
      suppressed: 1,
      pending: 2,
    });
  });

  it('adds up to the audience for whatever was stored and however little of it was read', () => {
    fc.assert(
      fc.property(batches(), ({ batch, submissions }) => {
        const counts = Object.values(partsOf({ batch, submissions }));

        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(batch.audience);
        expect(counts.every((count) => count >= 0)).toBe(true);
      }),
    );
  });
});

describe('partOf', () => {
  it('tells an exclusion from the state of the submission around it', () => {
    const batch = aBatch({ invalid: new Set([0]), duplicate: new Set([1]) });
    const submissions = [anAcceptedSubmission({ suppressed: new Set([2]) })];

    expect([0, 1, 2, 3].map((position) => partOf({ batch, submissions }, position))).toEqual([
      'invalid',
      'duplicate',
      'suppressed',
      'accepted',
    ]);
  });
});

describe('submissionFor', () => {
  it('prefers the half to the whole it came from, in either order of reading', () => {
    const whole = anInDoubtSubmission();
    const half = anAcceptedSubmission({ path: '/1', range: { from: 2, to: 4 } });

    expect(submissionFor([whole, half], 3)).toBe(half);
    expect(submissionFor([half, whole], 3)).toBe(half);
    expect(submissionFor([whole, half], 1)).toBe(whole);
  });

  it('includes the first position of a range and excludes its end', () => {
    const half = anAcceptedSubmission({ path: '/0', range: { from: 0, to: 2 } });

    expect([0, 1, 2].map((position) => submissionFor([half], position))).toEqual([
      half,
      half,
      undefined,
    ]);
  });
});

/** Any batch, with any submissions, consistent with each other or not. */
function batches() {
  const positions = fc.uniqueArray(fc.nat(30)).map((list) => new Set(list));
  const range = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => ({
    from: Math.min(a, b),
    to: Math.max(a, b),
  }));
  const path = fc.array(fc.constantFrom('0', '1'), { maxLength: 4 }).map((p) => `/${p.join('')}`);
  const submission = fc
    .tuple(
      fc.constantFrom<Submission>(
        anAcceptedSubmission(),
        anInDoubtSubmission(),
        aRefusedSubmission(),
        aRefusedSubmission({ part: 'invalid' }),
        aPlannedSubmission(),
        aSplitSubmission(),
        aSkippedSubmission(),
      ),
      fc.record({ path, range, suppressed: positions, recipients: fc.nat(30) }),
    )
    .map(([state, part]) => ({ ...state, ...part }));
  return fc.record({
    batch: fc
      .record({
        audience: fc.integer({ min: 1, max: 30 }),
        invalid: positions,
        duplicate: positions,
        state: fc.constantFrom('open' as const, 'ended' as const, 'parked' as const),
      })
      .map(aBatch),
    submissions: fc.array(submission, { maxLength: 6 }),
  });
}
