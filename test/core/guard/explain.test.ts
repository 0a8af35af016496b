import { figuresOf, reasonOf } from '../../../lambdas/core/guard/explain';
import type { Finding } from '../../../lambdas/core/guard/judgement';

const finding: Finding = {
  ...{ level: 'pause', kind: 'bounce', window: 'long' },
  ...{ events: 61, of: 1_016, rate: 61 / 1_016, limit: 0.05 },
};

it.each<[string, Partial<Finding>]>([
  ['61 of 1,016 recipients accepted in the last 24 hours bounced: 6.00 %, the limit is 5 %', {}],
  [
    '12 of 8,000 recipients accepted in the last hour and delivered complained: 0.15 %, the limit is 0.1 %',
    { kind: 'complaint', window: 'short', events: 12, of: 8_000, rate: 0.0015, limit: 0.001 },
  ],
])('says why in words: %s', (words, about) => {
  expect(reasonOf({ ...finding, ...about })).toBe(words);
});

it('says why in numbers', () => {
  expect(figuresOf(finding)).toEqual({
    ...{ kind: 'bounce', window: 'long', windowHours: 24 },
    ...{ events: 61, of: 1_016, rate: 0.060039, threshold: 0.05 },
  });
});
