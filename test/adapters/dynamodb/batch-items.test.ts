import { readSubmission } from '../../../lambdas/adapters/dynamodb/batch-items';

const written = {
  ...{ pk: 'acme#spring', sk: '000001#/', v: 1, ttl: 1 },
  ...{ from: 0, to: 3, attempts: 1, recipients: 3, atMs: 1_700_000_000_000 },
};

it('reads a submission that was written before there were revisions as of the first', () => {
  expect(readSubmission({ ...written, state: 'planned' })).toMatchObject({ revision: 0 });
});

it('takes the beginning of a doubt for its call where the call was not written yet', () => {
  const stored = { ...written, state: 'inDoubt', messageId: 'm1@x', cause: 'timeout' };

  expect(readSubmission(stored)).toMatchObject({ calledAtMs: 1_700_000_000_000 });
  expect(readSubmission({ ...stored, calledAtMs: 5 })).toMatchObject({ calledAtMs: 5 });
});
