import { nestsDeeperThan, numberOf, objectOf, textOf } from '../../lambdas/core/json';

describe('JSON from outside', () => {
  it.each([[null], [[]], ['x'], [7], [undefined]])('%j is no object', (value) => {
    expect(objectOf(value)).toBeUndefined();
  });

  it.each([[''], [null], [7], [{}]])('%j is no text', (value) => {
    expect(textOf(value)).toBeUndefined();
  });

  it.each([[''], [' '], ['x'], [null], [Number.NaN], [Infinity], [{}]])(
    '%j is no number',
    (value) => {
      expect(numberOf(value)).toBeUndefined();
    },
  );

  it.each([
    [7, 7],
    ['7.5', 7.5],
    [' 7 ', 7],
  ])('%j is the number %d', (value, number) => {
    expect(numberOf(value)).toBe(number);
  });

  it.each([
    ['a number', 1, false],
    ['two levels', { a: [1] }, false],
    ['three levels', { a: [{ b: 1 }] }, true],
    ['three levels beside one', [1, { a: [{}] }], true],
  ])('knows whether %s are deeper than two', (_what, value, deeper) => {
    expect(nestsDeeperThan(value, 2)).toBe(deeper);
  });
});
