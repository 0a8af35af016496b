import {
  correlationVariables,
  messageIdOf,
  readCorrelationVariables,
} from '../../../lambdas/core/submission/correlation';

const submission = { accountId: 'acme', campaignId: 'spring-sale', batchId: '000001', path: '/01' };

it('reads back what it wrote', () => {
  expect(readCorrelationVariables('key', correlationVariables('key', submission))).toEqual(
    submission,
  );
});

it.each([
  ['another batch', { batch: 'acme/spring-sale/000002' }],
  ['another path', { path: '/' }],
  ['a wrong tag', { tag: '0000000000000000' }],
  ['a short tag', { tag: '00' }],
  ['a tag that is no text', { tag: 7 }],
  ['a batch of two parts', { batch: 'acme/spring-sale' }],
  ['a batch of four parts', { batch: 'acme/spring-sale/000001/x' }],
  ['a path that is none', { path: '/02' }],
])('trusts no variables with %s', (_what, over) => {
  const variables = { ...correlationVariables('key', submission), ...over };

  expect(readCorrelationVariables('key', variables)).toBeUndefined();
});

it.each([undefined, null, [], {}, 'Could not load user-variables.', 7])(
  'reads nothing from %p',
  (value) => {
    expect(readCorrelationVariables('key', value)).toBeUndefined();
  },
);

it('trusts no variables of another deployment', () => {
  expect(
    readCorrelationVariables('other', correlationVariables('key', submission)),
  ).toBeUndefined();
});

it('gives a submission the same message id every time, and each its own', () => {
  const id = messageIdOf('key', submission, 0, 'mg.example.com');

  expect(id).toMatch(/^[0-9a-f]{32}@mg\.example\.com$/);
  expect(messageIdOf('key', submission, 0, 'mg.example.com')).toBe(id);
  expect(messageIdOf('key', { ...submission, path: '/' }, 0, 'mg.example.com')).not.toBe(id);
  expect(messageIdOf('key', submission, 1, 'mg.example.com')).not.toBe(id);
  expect(messageIdOf('other', submission, 0, 'mg.example.com')).not.toBe(id);
});
