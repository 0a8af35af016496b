import fc from 'fast-check';
import { bodyDigest } from '../../../lambdas/core/delivery-event/body-digest';
import type { JsonObject } from '../../../lambdas/core/json';

const hex = (value: JsonObject) => bodyDigest(value).toString('hex');

describe('bodyDigest', () => {
  it('is the same for the same content in another order of keys', () => {
    expect(hex({ a: { x: 1, y: [2] }, b: null })).toBe(hex({ b: null, a: { y: [2], x: 1 } }));
  });

  it.each([
    ['a value', { a: 1 }, { a: 2 }],
    ['a type', { a: 1 }, { a: '1' }],
    ['a key', { a: 1 }, { b: 1 }],
    ['the order of a list', { a: [1, 2] }, { a: [2, 1] }],
    ['an empty list for an empty object', { a: [] }, { a: {} }],
    ['a list that looks like an object', { a: [['b', 1]] }, { a: { b: 1 } }],
    ['something more', { a: 1 }, { a: 1, b: null }],
  ])('differs by %s', (_what, left, right) => {
    expect(hex(left)).not.toBe(hex(right));
  });

  it('sees a key that is named like a prototype', () => {
    const hidden = JSON.parse('{"a":1,"__proto__":{"b":2}}') as JsonObject;

    expect(hex(hidden)).not.toBe(hex({ a: 1 }));
  });

  it('survives being written and read as JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const again = JSON.parse(JSON.stringify(value)) as JsonObject;

        expect(hex(again)).toBe(hex(JSON.parse(JSON.stringify(value)) as JsonObject));
        expect(bodyDigest(again)).toHaveLength(16);
      }),
    );
  });
});
