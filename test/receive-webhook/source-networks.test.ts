import { environmentSchema } from '../../lambdas/receive-webhook/environment';
import { createSourceCheck } from '../../lambdas/receive-webhook/source-networks';

describe('createSourceCheck', () => {
  it('takes calls from everywhere while no network is named', () => {
    const isSource = createSourceCheck([]);

    expect([isSource('203.0.113.9'), isSource(undefined)]).toEqual([true, true]);
  });

  it.each([
    ['198.51.100.0', true],
    ['198.51.100.255', true],
    ['198.51.101.0', false],
    ['203.0.113.9', true],
    ['203.0.113.10', false],
    ['2001:db8:1::7', true],
    ['2001:DB8:1:ffff::', true],
    ['2001:db8:2::7', false],
    ['::ffff:198.51.100.7', true],
    ['::ffff:198.51.101.7', false],
    ['198.51.100.7, 203.0.113.1', false],
    ['198.51.100', false],
    ['', false],
    [undefined, false],
  ])('judges a call from %p', (address, verdict) => {
    const isSource = createSourceCheck(['198.51.100.0/24', '203.0.113.9/32', '2001:db8:1::/48']);

    expect(isSource(address)).toBe(verdict);
  });
});

describe('the environment', () => {
  const environment = {
    EVENT_QUEUE_URL: 'https://sqs.invalid/events',
    SECRET_ARN: 'arn',
    MAX_AGE_SECONDS: '32400',
    MAX_AHEAD_SECONDS: '300',
  };

  it('names networks', () => {
    const SOURCE_NETWORKS = '["198.51.100.0/24","2001:db8::/32"]';

    expect(environmentSchema.parse({ ...environment, SOURCE_NETWORKS }).SOURCE_NETWORKS).toEqual([
      '198.51.100.0/24',
      '2001:db8::/32',
    ]);
  });

  it.each(['["198.51.100.7"]', '["198.51.100.0/33"]', '["example.com/24"]', '"198.51.100.0/24"'])(
    'stops the function where they are %s: to take calls from everywhere would be worse',
    (SOURCE_NETWORKS) => {
      expect(() => environmentSchema.parse({ ...environment, SOURCE_NETWORKS })).toThrow();
    },
  );
});
