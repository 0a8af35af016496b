import { isWithin } from '../../../lambdas/core/webhook/webhook-window';

const NINE_HOURS_TO_FIVE_MINUTES = { maxAgeSeconds: 32_400, maxAheadSeconds: 300 };
const NOW_MS = 1770146432_000;
const secondsAgo = (seconds: number) => String(NOW_MS / 1000 - seconds);

describe('isWithin', () => {
  it.each([
    ['now', 0, true],
    ["Mailgun's last repetition, 7 h 59 min later", 28_740, true],
    ['9 hours old', 32_400, true],
    ['a second older', 32_401, false],
    ['10 hours old', 36_000, false],
    ['5 minutes ahead', -300, true],
    ['a second further ahead', -301, false],
    ['an hour ahead', -3_600, false],
  ])('judges a call signed %s', (_when, age, within) => {
    expect(isWithin(NINE_HOURS_TO_FIVE_MINUTES, secondsAgo(age), NOW_MS)).toBe(within);
  });
});
