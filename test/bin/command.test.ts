import { FLAG, readOptions, TEXT, UsageError } from '../../bin/command';

const OPTIONS = {
  ...{ stage: TEXT, 'own-key': FLAG },
  context: { type: 'string', short: 'c' },
} as const;

const read = (...args: string[]) => readOptions(args, { options: OPTIONS });

it('reads texts and flags', () => {
  const { values } = read('--stage', 'prod', '--own-key', '-c', 'region=eu');

  expect(values).toEqual({ stage: 'prod', 'own-key': true, context: 'region=eu' });
});

it.each([
  [['--api-key=key-1'], "Unknown option '--api-key'"],
  [['--key-1'], 'received arguments nobody knows'],
  [['key-1'], 'received arguments nobody knows'],
  [['--stage'], "Option '--stage <value>' argument missing"],
  [['-c'], "Option '-c, --context <value>' argument missing"],
  [['--stage', '--own-key'], "Option '--stage' argument is ambiguous"],
  [['--own-key=key-1'], "Option '--own-key' does not take an argument"],
])('says what is wrong with %j, and repeats no value of it', (args, message) => {
  expect(() => read(...args)).toThrow(new UsageError(message));
});
