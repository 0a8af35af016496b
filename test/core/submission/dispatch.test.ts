import { halvesOf, splitBeforeDispatch } from '../../../lambdas/core/submission/dispatch';
import { anInDoubtSubmission } from '../../support/builders/submissions';

const selection = (positions: number[]) => ({
  path: '/0',
  range: { from: 0, to: 10 },
  positions,
  suppressed: new Set<number>(),
});

it('splits so that each half has half of those left to mail, wherever they stand', () => {
  const split = splitBeforeDispatch(selection([0, 1, 2, 9]), undefined, 0);

  expect(halvesOf(split)).toEqual([
    { path: '/00', range: { from: 0, to: 2 } },
    { path: '/01', range: { from: 2, to: 10 } },
  ]);
});

it('gives the first half the odd one', () => {
  expect(splitBeforeDispatch(selection([3, 4, 5]), undefined, 0).at).toBe(5);
});

it('can not split what has one recipient', () => {
  const splitting = () => splitBeforeDispatch(selection([3]), undefined, 0);

  expect(splitting).toThrow(RangeError);
  expect(splitting).toThrow('a submission of fewer than two can not be split');
});

it('keeps how often and under which revision a call was made', () => {
  const before = anInDoubtSubmission({ attempts: 3, revision: 2 });

  expect(splitBeforeDispatch(selection([0, 1]), before, 7)).toMatchObject({
    ...{ attempts: 3, revision: 2, atMs: 7, recipients: 2 },
  });
});
