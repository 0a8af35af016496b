import type { Standings } from '../../../lambdas/core/standing/standing';
import { whatForbids } from '../../../lambdas/core/standing/what-forbids';

const NOW_MS = 1_700_000_000_000;

const standings = (about: Partial<Standings>): Standings => ({
  ...{ campaign: { standing: 'active' }, account: { standing: 'active' } },
  ...{ domain: { standing: 'active' } },
  ...about,
});

const paused = { campaign: { standing: 'paused' } } as const;
const cancelled = { campaign: { standing: 'cancelled' } } as const;
const suspended = { account: { standing: 'suspended' } } as const;
const blocked = { domain: { standing: 'blocked' } } as const;

it.each<[string, Partial<Standings>, ReturnType<typeof whatForbids>]>([
  ['nothing', {}, undefined],
  ['a pause', paused, 'campaign-paused'],
  ['a suspension', suspended, 'account-suspended'],
  ['a block', blocked, 'domain-blocked'],
  ['a pause before anything else', { ...paused, ...suspended, ...blocked }, 'campaign-paused'],
  ['nothing to a cancelled campaign', { ...cancelled, ...suspended, ...blocked }, undefined],
])('forbids: %s', (_what, about, expected) => {
  for (const cause of [undefined, 'aged', 'domain-blocked'] as const) {
    expect(whatForbids(standings(about), cause, NOW_MS)).toBe(expected);
  }
});

it.each([
  ['aged', NOW_MS + 1, 'aged'],
  ['aged', NOW_MS, undefined],
  ['campaign-paused', NOW_MS + 1, undefined],
  [undefined, NOW_MS + 1, undefined],
] as const)(
  'of what is parked as %s, a hold until %i forbids: %s',
  (cause, heldUntilMs, expected) => {
    const domain = { standing: 'active', heldUntilMs } as const;

    expect(whatForbids(standings({ domain }), cause, NOW_MS)).toBe(expected);
  },
);
