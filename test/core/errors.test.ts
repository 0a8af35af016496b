import { faultOf, PermanentError, TransientError } from '../../lambdas/core/errors';

const foreign = new RangeError('ada@example.com is out of range');

it.each([
  ['one of ours by its class and text', new PermanentError('no', 'no'), 'PermanentError: no'],
  ['any other by its class alone', foreign, 'RangeError'],
  ['something thrown that is no error by its type', 'ada@example.com', 'string'],
  [
    'one of ours with the class of its cause',
    new TransientError('the topic is away', { cause: foreign }),
    'TransientError: the topic is away (RangeError)',
  ],
  [
    'any other with the class of its cause',
    new Error('for ada@example.com', { cause: foreign }),
    'Error (RangeError)',
  ],
  [
    'a cause once, where the text names it',
    new TransientError('could not read: RangeError', { cause: foreign }),
    'TransientError: could not read: RangeError',
  ],
  [
    'nothing of a cause that is no error',
    new TransientError('the topic is away', { cause: 'ada@example.com' }),
    'TransientError: the topic is away',
  ],
])('names %s', (_what, fault, name) => {
  expect(faultOf(fault)).toBe(name);
});
