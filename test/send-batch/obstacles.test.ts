import type { Standings } from '../../lambdas/core/standing/standing';
import { findObstacle } from '../../lambdas/send-batch/obstacles';

const NOW = 1_700_000_000_000;
const standings = (over: Partial<Standings> = {}): Standings => ({
  campaign: { standing: 'active' },
  account: { standing: 'active' },
  domain: { standing: 'active' },
  ...over,
});
const CANCELLED = { standing: 'cancelled', reason: 'the sale is off' } as const;
const BLOCKED = { standing: 'blocked', reason: '401' } as const;

it.each([
  ['nothing', standings(), undefined],
  ['a cancelled campaign', standings({ campaign: CANCELLED }), { obstacle: 'cancelled' }],
  [
    'a cancelled campaign on a blocked domain',
    standings({ campaign: CANCELLED, domain: BLOCKED }),
    { obstacle: 'cancelled' },
  ],
  [
    'a blocked domain that is held too',
    standings({ domain: { ...BLOCKED, heldUntilMs: NOW + 1 } }),
    { obstacle: 'park', cause: 'domain-blocked' },
  ],
  [
    'a hold',
    standings({ domain: { standing: 'active', heldUntilMs: NOW + 1 } }),
    { obstacle: 'hold', untilMs: NOW + 1 },
  ],
  [
    'a hold that has just passed',
    standings({ domain: { standing: 'active', heldUntilMs: NOW } }),
    undefined,
  ],
])('finds what keeps a batch from being sent: %s', (_what, given, obstacle) => {
  expect(findObstacle(given, NOW)).toEqual(obstacle);
});
