import { positionsOf } from '../../../lambdas/core/recipient/recipient-digest';

const digest = (digit: string): Buffer => Buffer.from(digit.repeat(16), 'hex');

it('finds every position of a recipient, in order', () => {
  const record = Buffer.concat([digest('1'), digest('2'), digest('1'), digest('1')]);

  expect(positionsOf(record, digest('1'))).toEqual([0, 2, 3]);
});

it('finds nobody in a record that does not hold them', () => {
  expect(positionsOf(Buffer.concat([digest('1')]), digest('2'))).toEqual([]);
  expect(positionsOf(new Uint8Array(), digest('2'))).toEqual([]);
});

it('compares the first eight bytes of a longer digest', () => {
  const longer = Buffer.concat([digest('1'), digest('f')]);

  expect(positionsOf(Buffer.concat([digest('3'), digest('1')]), longer)).toEqual([1]);
});

it('does not take bytes that straddle two digests for a recipient', () => {
  const half = (text: string): Buffer => Buffer.from(text.repeat(8), 'hex');
  const record = Buffer.concat([half('a'), half('b'), half('c'), half('a')]);

  expect(positionsOf(record, Buffer.concat([half('b'), half('c')]))).toEqual([]);
});
