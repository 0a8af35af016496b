import { positionOf, recipientDigest } from '../../../lambdas/core/recipient/recipient-digest';

const digests = (...addresses: string[]) =>
  Buffer.concat(addresses.map((address) => recipientDigest('pepper', address).subarray(0, 8)));

it('finds each recipient at its position', () => {
  const roll = digests('ada@example.com', 'bob@example.com', 'cyd@example.com');

  expect(positionOf(roll, recipientDigest('pepper', 'ada@example.com'))).toBe(0);
  expect(positionOf(roll, recipientDigest('pepper', 'cyd@example.com'))).toBe(2);
});

it('finds the first position of a recipient that stands twice', () => {
  const roll = digests('ada@example.com', 'bob@example.com', 'bob@example.com');

  expect(positionOf(roll, recipientDigest('pepper', 'bob@example.com'))).toBe(1);
});

it('finds nobody who is not there, nor anybody under another pepper', () => {
  const roll = digests('ada@example.com');

  expect(positionOf(roll, recipientDigest('pepper', 'eve@example.com'))).toBeUndefined();
  expect(positionOf(roll, recipientDigest('other', 'ada@example.com'))).toBeUndefined();
});

it('does not take bytes that straddle two digests for a recipient', () => {
  const wanted = Buffer.from('0102030405060708', 'hex');
  const roll = Buffer.concat([
    Buffer.from('ffffffff', 'hex'),
    wanted,
    Buffer.from('ffffffff', 'hex'),
  ]);

  expect(positionOf(roll, wanted)).toBeUndefined();
  expect(positionOf(Buffer.concat([roll, wanted]), wanted)).toBe(2);
});

it('reads a view into a larger buffer', () => {
  const roll = digests('eve@example.com', 'ada@example.com');

  expect(positionOf(roll.subarray(8), recipientDigest('pepper', 'ada@example.com'))).toBe(0);
});
