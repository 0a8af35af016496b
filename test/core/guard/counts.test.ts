import { addCounts, areClean, NO_COUNTS } from '../../../lambdas/core/guard/counts';
import { withoutAct } from '../../../lambdas/core/guard/guard-record';
import { someCounts } from '../../support/builders/guard';

it('adds up kind by kind and window by window', () => {
  const left = someCounts({ 'bounce short': [1, 10], 'bounce long': [2, 20] });
  const right = someCounts({ 'bounce long': [3, 30], 'complaint long': [1, 5] });

  expect(addCounts(left, right)).toEqual(
    someCounts({ 'bounce short': [1, 10], 'bounce long': [5, 50], 'complaint long': [1, 5] }),
  );
  expect(addCounts(left, NO_COUNTS)).toEqual(left);
});

it.each([
  ['nobody', someCounts({}), true],
  ['people to whom nothing happened', someCounts({ 'bounce long': [0, 9] }), true],
  ['a bounce of the day', someCounts({ 'bounce long': [1, 9] }), false],
  ['a complaint of the hour', someCounts({ 'complaint short': [1, 9] }), false],
])('calls %s clean or not', (_who, counts, isClean) => {
  expect(areClean(counts)).toBe(isClean);
});

it('forgets an act, and nothing else', () => {
  const facts = { level: 'warn', warned: ['bounce'], armedSinceMs: 5 } as const;
  const act = { atMs: 1, reason: 'why', figures: {}, isDone: true };

  expect(withoutAct({ ...facts, act })).toEqual(facts);
});
