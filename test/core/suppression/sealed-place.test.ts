import { sealPlace, unsealPlace } from '../../../lambdas/core/suppression/sealed-place';

const PLACE = '/v3/mg.example.com/bounces?page=next&address=ada%40example.com&limit=1000';

it('gives a place back to whoever knows the pepper, and to nobody else', () => {
  const sealed = sealPlace('pepper', PLACE);

  expect(unsealPlace('pepper', sealed)).toBe(PLACE);
  expect(unsealPlace('another', sealed)).toBeUndefined();
});

it('shows nothing of the address, and seals the same place alike', () => {
  const sealed = sealPlace('pepper', PLACE);

  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('ada');
  expect(sealPlace('pepper', PLACE)).toBe(sealed);
  expect(sealPlace('pepper', `${PLACE}0`)).not.toBe(sealed);
});

it('takes nothing that was changed or is none', () => {
  const bytes = Buffer.from(sealPlace('pepper', PLACE), 'base64url');
  bytes[bytes.length - 1]! ^= 1;

  expect(unsealPlace('pepper', bytes.toString('base64url'))).toBeUndefined();
  expect(unsealPlace('pepper', 'ada@example.com')).toBeUndefined();
  expect(unsealPlace('pepper', '')).toBeUndefined();
});
