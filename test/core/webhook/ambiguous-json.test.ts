import fc from 'fast-check';
import { isAmbiguous } from '../../../lambdas/core/webhook/ambiguous-json';

describe('isAmbiguous', () => {
  it.each([
    '{"a":1,"b":2}',
    '{"a":{"a":{"a":1}},"b":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"a":[{"a":1}],"b":["a","a"]}',
    '{"a":"\\"a\\":1,{","b":"}{"}',
    '{"1 a":1,"a":[],"b":{"1 a":1}}',
    '{"constructor":1,"toString":2,"A":3,"a":4}',
    '"a"',
    '-1.5e3',
    'null',
  ])('finds one meaning only in %s', (json) => {
    expect(isAmbiguous(json)).toBe(false);
  });

  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    '{"a" : {} , "a" : [] }',
    '{"b":[[{"a":1,"c":[{}],"a":2}]]}',
    '{"a":1,"\\u0061":2}',
    '{"a\\/b":1,"a/b":2}',
    '{"\\\\":1,"\\\\":2}',
    '{"":1,"":2}',
    '{"__proto__":1}',
    '[{"x":{"__proto\\u005f_":null}}]',
  ])('finds two in %s', (json) => {
    expect(isAmbiguous(json)).toBe(true);
  });

  it('finds one only in whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const json = JSON.stringify(value);
        fc.pre(!json.includes('__proto__'));

        expect(isAmbiguous(json)).toBe(false);
        expect(isAmbiguous(JSON.stringify([value], null, 2))).toBe(false);
      }),
    );
  });

  it('finds two wherever a key is written once more', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (object) => {
        const [key] = Object.keys(object);
        const json = `${JSON.stringify(object).slice(0, -1)},${JSON.stringify(key)}:0}`;

        expect(isAmbiguous(`[${json}]`)).toBe(true);
      }),
    );
  });
});
