import {
  messageIn,
  parsedObject,
  withoutAddresses,
} from '../../../lambdas/core/submission/answer-text';

it.each([
  ['{"message":"Domain not found"}', 'Domain not found'],
  ['{"Reason":"no such webhook"}', 'no such webhook'],
  ['{"Error":"no"}', 'no'],
  ['{"Description":"why"}', 'why'],
  ['{"message":7,"Error":"no"}', 'no'],
  ['{"retry-seconds":60}', ''],
  ['  Forbidden\n', 'Forbidden'],
  ['["Forbidden"]', '["Forbidden"]'],
  ['', ''],
])("reads Mailgun's words out of %j", (body, text) => {
  expect(messageIn(body)).toBe(text);
});

it('looks at no more of them than is sensible', () => {
  expect(messageIn('x'.repeat(5_000))).toHaveLength(2_000);
  expect(messageIn(JSON.stringify({ message: 'x'.repeat(5_000) }))).toHaveLength(2_000);
});

it.each(['null', '[]', '"text"', '7', '{"cut":', ''])('takes %j for no object', (body) => {
  expect(parsedObject(body)).toBeUndefined();
});

it('takes addresses and line breaks out, and the end of what is long', () => {
  expect(withoutAddresses('no <ada@example.com>,\n  bob@example.com; or\t"eve@example.com"')).toBe(
    'no <[address]>, [address]; or "[address]"',
  );
  expect(withoutAddresses('too long '.repeat(1_000))).toHaveLength(300);
});
