import { whatKeepsBack, type DomainState } from '../../../lambdas/core/standing/kept-back';

const NOW_MS = Date.parse('2026-12-01T12:00:00Z');

const keptBack = (about: Partial<DomainState> = {}) =>
  whatKeepsBack(
    {
      domain: { standing: 'active' },
      breaker: { state: 'closed' },
      allowance: { usedToday: 999, budgetToday: 1_000 },
      ...about,
    },
    NOW_MS,
  );

describe('a domain', () => {
  it.each<[string, Partial<DomainState>]>([
    ['nothing forbids', {}],
    ['has no budget', { allowance: undefined }],
    ['has no budget of the day', { allowance: { usedToday: 5_000, budgetToday: undefined } }],
    ['was held until now', { domain: { standing: 'active', heldUntilMs: NOW_MS } }],
    ['may be tried again', { breaker: { state: 'halfOpen' } }],
  ])('that %s is not kept back', (_what, about) => {
    expect(keptBack(about)).toBeUndefined();
  });

  it.each<[string, Partial<DomainState>]>([
    ['blocked', { domain: { standing: 'blocked', reason: 'listed' } }],
    ['held', { domain: { standing: 'active', heldUntilMs: NOW_MS + 1 } }],
    ['breakerOpen', { breaker: { state: 'open' } }],
    ['budgetUsedUp', { allowance: { usedToday: 1_000, budgetToday: 1_000 } }],
  ])('is kept back: %s', (cause, about) => {
    const nothing = { blocked: false, held: false, breakerOpen: false, budgetUsedUp: false };

    expect(keptBack(about)).toEqual({ ...nothing, [cause]: true });
  });
});
