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
  ['a bare s for seconds', {}, 'try again after 30s', 30],
])('reads %s', (_what, headers, text, seconds) => {
  expect(waitOf(headers as unknown as Record<string, string>, text)).toBe(seconds);
});

it('leaves out a limit that still has requests left', () => {
  const reset = { 'x-ratelimit-reset': '45' };

  expect(waitOf({ ...reset, 'x-ratelimit-remaining': '3000', 'retry-after': '5' })).toBe(5);
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
  ['zero seconds', { 'retry-after': '0' }, ''],
  ['a negative number', { 'retry-after': '-5' }, ''],
  ['words', { 'retry-after': 'soon', 'x-ratelimit-reset': 'later' }, ''],
])('reads nothing from %s', (_what, headers, text) => {
  expect(waitOf(headers as unknown as Record<string, string>, text)).toBeUndefined();
});
