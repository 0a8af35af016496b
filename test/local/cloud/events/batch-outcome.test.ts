import { messagesDone } from '../../../../local/cloud/events/batch-outcome';

const BATCH = ['a', 'b', 'c'];

const failing = (...itemIdentifiers: unknown[]) => ({
  result: { batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })) },
});

describe('a mapping that reports item failures', () => {
  it.each([
    ['null', { result: null }],
    ['an empty response', { result: {} }],
    ['a null list', { result: { batchItemFailures: null } }],
    ['an empty list', { result: { batchItemFailures: [] } }],
  ])('deletes the whole batch after %s', (_response, outcome) => {
    expect(messagesDone(BATCH, outcome, true)).toEqual(BATCH);
  });

  it.each([
    ['a thrown error', { error: new Error('no') }],
    ['an unknown identifier', failing('a', 'z')],
    ['an empty identifier', failing('')],
    ['a null identifier', failing(null)],
    ['a number for an identifier', failing(7)],
    ['a bad key name', { result: { batchItemFailures: [{ id: 'a' }] } }],
    ['a list of texts', { result: { batchItemFailures: ['a'] } }],
    ['a list that is none', { result: { batchItemFailures: 'a' } }],
    ['a text', { result: 'fine' }],
    ['an array', { result: [] }],
  ])('deletes nothing after %s', (_response, outcome) => {
    expect(messagesDone(BATCH, outcome, true)).toEqual([]);
  });

  it('deletes all but the failed items', () => {
    expect(messagesDone(BATCH, failing('b', 'b'), true)).toEqual(['a', 'c']);
  });
});

describe('a mapping that does not', () => {
  it('deletes the whole batch, whatever the response says', () => {
    expect(messagesDone(BATCH, failing('b'), false)).toEqual(BATCH);
  });

  it('deletes nothing after a thrown error', () => {
    expect(messagesDone(BATCH, { error: new Error('no') }, false)).toEqual([]);
  });
});
