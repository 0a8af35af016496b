import { UsageError } from '../../bin/command';
import { readRequest } from '../../bin/redrive-options';
import { findTarget } from '../../bin/redrive-target';

const BY = ['--reason', 'the secret is right again', '--actor', 'grace'];
const WHO = { queue: 'events', reason: 'the secret is right again', actor: 'grace' };

it.each([
  [['--stage', 'prod'], { kind: 'stage', stage: 'prod' }],
  [['-c', 'stage=prod'], { kind: 'stage', stage: 'prod' }],
  [['--stage', 'prod', '--outputs', 'x.json'], { kind: 'outputs', stage: 'prod', file: 'x.json' }],
  [['--local'], { kind: 'local' }],
  [['--local', '--state', 'there'], { kind: 'local', stateDirectory: 'there' }],
])('reads %j as where the queue is', (args, deployment) => {
  expect(readRequest(['events', ...args, ...BY])).toEqual({ ...WHO, deployment });
});

it('takes two queues as they are', () => {
  expect(readRequest(['--from', 'https://a', '--to', 'https://b'])).toEqual({
    ...{ from: 'https://a', to: 'https://b' },
  });
});

it.each([
  [['--local', ...BY], 'received 0 queues, expected one'],
  [['events', 'campaigns', '--local', ...BY], 'received 2 queues, expected one'],
  [['events', ...BY], 'received 0 of --local, --stage and --from with --to, expected one'],
  [['events', '--local', '--stage', 'dev'], 'received 2 of --local, --stage and --from with --to'],
  [['--from', 'https://sqs/dead'], 'received --from alone, expected both'],
  [['events', '--from', 'https://a', '--to', 'https://b'], 'received a queue with --from and --to'],
  [['events', '--stage', 'dev', '--actor', 'grace'], '--reason: expected one line of 1 to 256'],
  [['events', '--stage', 'dev', '--reason', 'mended'], '--actor: expected one line of 1 to 256'],
  [['events', '--local', '--reason', 'mended', '--actor', 'a@b.example'], '--actor: expected one'],
  [['events', '-c', 'region=eu', ...BY], '-c: expected stage=NAME'],
])('does not understand %j', (args, message) => {
  const reading = () => readRequest(args);

  expect(reading).toThrow(UsageError);
  expect(reading).toThrow(message);
});

it.each([
  [{ kind: 'local', stateDirectory: 'nowhere' }, 'start the local cloud first: npm start'],
  [
    { kind: 'outputs', stage: 'dev', file: 'package.json' },
    '--stage: received dev, expected one whose stack is in package.json',
  ],
  [
    { kind: 'outputs', stage: 'dev', file: 'nowhere.json' },
    'nowhere.json: could not be read; deploy with --outputs-file',
  ],
] as const)('finds no queue by %j', async (deployment, message) => {
  await expect(findTarget({ ...WHO, deployment })).rejects.toThrow(message);
});
