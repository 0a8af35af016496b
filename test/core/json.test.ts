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
    ['two levels of arrays', [[1], []], false],
    ['two levels of objects', { a: { b: 1 } }, false],
    ['three levels', { a: [{ b: 1 }] }, true],
    ['three levels of arrays', [[[1]]], true],
    ['three levels, the last of them empty', [[[]]], true],
    ['three levels that end in an empty object', { a: [{}] }, true],
    ['three levels beside one', [1, [], { a: [{}] }], true],
  ])('knows whether %s are deeper than two', (_what, value, deeper) => {
    expect(nestsDeeperThan(value, 2)).toBe(deeper);
  });

  it.each([
    ['arrays', '['.repeat(32), ']'.repeat(32)],
    ['objects', '{"a":'.repeat(31) + '{', '}'.repeat(32)],
  ])('draws the line for %s exactly', (_what, open, close) => {
    const nested: unknown = JSON.parse(open + close);

    expect(nestsDeeperThan(nested, 32)).toBe(false);
    expect(nestsDeeperThan(nested, 31)).toBe(true);
    expect(nestsDeeperThan([nested], 32)).toBe(true);
  });
});
