import { isSigned } from '../../../lambdas/core/webhook/signature';
import {
  aSignature,
  TEST_SIGNING_KEY,
  webhookBody,
  webhookNames,
} from '../../support/builders/webhooks';

describe('isSigned', () => {
  it.each(webhookNames().filter((name) => !/^(legacy|missing|bad)/.test(name)))(
    'takes the signature of %s',
    (name) => {
      const { signature } = JSON.parse(webhookBody(name)) as {
        signature: ReturnType<typeof aSignature>;
      };

      expect(isSigned(signature, [TEST_SIGNING_KEY])).toBe(true);
    },
  );

  it('takes the previous key as well as the current one', () => {
    const signature = aSignature({ key: 'previous' });

    expect(isSigned(signature, ['current', 'previous'])).toBe(true);
  });

  it('takes a signature in capital digits', () => {
    const signature = aSignature();

    const capital = { ...signature, signature: signature.signature.toUpperCase() };

    expect(isSigned(capital, [TEST_SIGNING_KEY])).toBe(true);
  });

  describe('of a subaccount', () => {
    const own = aSignature({ key: 'subaccount' });
    const parentSignature = aSignature().signature;
    const forged = 'f'.repeat(64);

    it.each([
      ['the key of the primary account', [TEST_SIGNING_KEY], true],
      ['the key of the subaccount', ['subaccount'], true],
      ['both', ['subaccount', TEST_SIGNING_KEY], true],
      ['neither', ['another'], false],
    ])('is judged with %s in hand', (_which, keys, verdict) => {
      expect(isSigned({ ...own, parentSignature }, keys)).toBe(verdict);
    });

    it('is refused with a forged parent signature, and taken in spite of it', () => {
      expect(isSigned({ ...own, parentSignature: forged }, [TEST_SIGNING_KEY])).toBe(false);
      expect(isSigned({ ...own, parentSignature: forged }, ['subaccount'])).toBe(true);
    });

    it('is refused with the signature of another token', () => {
      const other = aSignature({ token: 'b'.repeat(50) }).signature;

      expect(isSigned({ ...own, parentSignature: other }, [TEST_SIGNING_KEY])).toBe(false);
    });
  });

  it.each([
    ['another key', aSignature({ key: 'another' })],
    ['another token', { ...aSignature(), token: 'b'.repeat(50) }],
    ['another time', { ...aSignature(), timestamp: '1770146433' }],
    [
      'a signature that is cut off',
      { ...aSignature(), signature: aSignature().signature.slice(2) },
    ],
    ['no signature', { ...aSignature(), signature: '' }],
    ['what is not hexadecimal', { ...aSignature(), signature: 'z'.repeat(64) }],
  ])('refuses %s', (_difference, signature) => {
    expect(isSigned(signature, [TEST_SIGNING_KEY])).toBe(false);
  });

  it('takes nothing while there is no key', () => {
    expect(isSigned(aSignature(), [])).toBe(false);
  });
});
