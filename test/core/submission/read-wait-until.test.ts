import { readWaitUntil } from '../../../lambdas/core/submission/read-wait-until';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const SECOND = 1000;

const waitOf = (headers: Record<string, string>, text = '') => {
  const untilMs = readWaitUntil({ status: 429, headers, body: '' }, text, NOW);
  return untilMs === undefined ? undefined : (untilMs - NOW) / SECOND;
};

it.each([
  ['Retry-After in seconds', { 'retry-after': '90' }, '', 90],
  ['Retry-After as a date', { 'retry-after': 'Mon, 23 Nov 2026 12:02:00 GMT' }, '', 120],
  ['X-RateLimit-Reset in milliseconds', { 'x-ratelimit-reset': String(NOW + 30_000) }, '', 30],
  ['X-RateLimit-Reset in seconds', { 'x-ratelimit-reset': String(NOW / 1000 + 30) }, '', 30],
  ['X-RateLimit-Reset as a duration', { 'x-ratelimit-reset': '45' }, '', 45],
  ['a date in the text', {}, 'limit exceeded, try again after Mon, 23 Nov 2026 12:20:00 UTC', 1200],
  ['a date with a full stop', {}, 'try again after Mon, 23 Nov 2026 12:20:00 UTC.', 1200],
  ['seconds in the text', {}, 'limit exceeded, try again after 120 seconds', 120],
  ['minutes in the text', {}, 'Try again after 5 minutes', 300],
  ['hours in the text', {}, 'try again after 2 hours', 7200],
  ['Retry-After in parts of a second', { 'retry-after': ' 90.25 ' }, '', 90.25],
  ['X-RateLimit-Reset in parts of a second', { 'x-ratelimit-reset': ' 45.25 ' }, '', 45.25],
  ['a date behind a line break', {}, 'try again after \n Mon, 23 Nov 2026 12:20:00 UTC', 1200],
  ['a date with an ellipsis', {}, 'try again after Mon, 23 Nov 2026 12:20:00 UTC . .. ', 1200],
  [
    'a date with a sentence behind it',
    {},
    'try again after Mon, 23 Nov 2026 12:20:00 UTC. Please contact support.',
    1200,
  ],
  ['an ISO date with more', {}, 'try again after 2026-11-23T12:20:00Z; see your plan', 1200],
  ['an offset with more', {}, 'try again after Mon, 23 Nov 2026 13:20:00 +0100, thanks', 1200],
  ['a date with parts of a second', {}, 'try again after 2026-11-23T12:20:00.250Z.', 1200.25],
  ['the longest plausible wait', { 'retry-after': '604800' }, '', 604_800],
  ['one second more', { 'retry-after': '604801' }, '', undefined],
])('reads %s', (_what, headers, text, seconds) => {
  expect(waitOf(headers as unknown as Record<string, string>, text)).toBe(seconds);
});

it.each([
  ['30s', 30],
  ['1 s', 1],
  ['15 sec', 15],
  ['1 second', 1],
  ['0.25 seconds', 0.25],
  ['12.5  seconds, please', 12.5],
  ['90m', 5400],
  ['15 min', 900],
  ['1 minute', 60],
  ['10.25  minutes', 615],
  ['12h', 43_200],
  ['1 hour', 3600],
  ['10.25  hours', 36_900],
  ['1 day', 86_400],
  ['1h30m', 5400],
  ['1 hour and 30 minutes', 5400],
  ['1 Hour, 30 Min, 5 Secs.', 5405],
  ['2 minutes, or 3 hours', 120],
])('reads "%s" in the text', (duration, seconds) => {
  expect(waitOf({}, `limit exceeded, try again after ${duration}`)).toBe(seconds);
});

it.each([
  [1e9 - 1, undefined],
  [1e9, 0.5],
  [1e11 - 1, undefined],
])('takes X-RateLimit-Reset %i for Unix seconds from a thousand million on', (reset, seconds) => {
  const nowMs = 1e12 - 500;
  const answer = { status: 429, headers: { 'x-ratelimit-reset': String(reset) }, body: '' };
  const untilMs = readWaitUntil(answer, '', nowMs);

  expect(untilMs === undefined ? undefined : (untilMs - nowMs) / SECOND).toBe(seconds);
});

it('takes X-RateLimit-Reset for Unix milliseconds from a hundred thousand million on', () => {
  const answer = { status: 429, headers: { 'x-ratelimit-reset': '100000000000' }, body: '' };

  expect(readWaitUntil(answer, '', 1e11 - 500)).toBe(1e11);
});

it('leaves out a limit that still has requests left', () => {
  const reset = { 'x-ratelimit-reset': '45' };

  expect(waitOf({ ...reset, 'x-ratelimit-remaining': '3000', 'retry-after': '5' })).toBe(5);
  expect(waitOf({ ...reset, 'x-ratelimit-remaining': 'many', 'retry-after': '5' })).toBe(45);
  expect(waitOf({ ...reset, 'x-ratelimit-remaining': '0', 'retry-after': '5' })).toBe(45);
});

it('waits for the latest of several limits', () => {
  const text = 'recipient limit exceeded, try again after Mon, 23 Nov 2026 13:00:00 UTC';

  expect(waitOf({ 'retry-after': '5', 'x-ratelimit-reset': '1' }, text)).toBe(3600);
});

it.each([
  ['nothing', {}, ''],
  ['a date that has passed', {}, 'try again after Mon, 20 Dec 2021 20:33:21 UTC'],
  ['a date ten years ahead', {}, 'try again after Mon, 23 Nov 2036 12:00:00 UTC'],
  ['no date at all', {}, 'try again after a while'],
  [
    'a date behind other words',
    {},
    'try again after 2x, or in 3 seconds, or 4 minutes, or 5 hours',
  ],
  ['a number with a unit', { 'retry-after': '90 apples', 'x-ratelimit-reset': '90 apples' }, ''],
  ['a number at the end', { 'retry-after': 'in 90', 'x-ratelimit-reset': 'in 90' }, ''],
  ['zero seconds', { 'retry-after': '0' }, ''],
  ['a negative number', { 'retry-after': '-5' }, ''],
  ['words', { 'retry-after': 'soon', 'x-ratelimit-reset': 'later' }, ''],
])('reads nothing from %s', (_what, headers, text) => {
  expect(waitOf(headers as unknown as Record<string, string>, text)).toBeUndefined();
});
