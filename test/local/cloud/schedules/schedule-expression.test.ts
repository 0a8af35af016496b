import { parseScheduleExpression } from '../../../../local/cloud/schedules/schedule-expression';

const next = (expression: string, after: string): string | undefined => {
  const firing = parseScheduleExpression(expression)?.(Date.parse(after));
  return firing === undefined ? undefined : new Date(firing).toISOString();
};

it.each([
  ['rate(1 minute)', '2026-01-01T00:00:30.000Z', '2026-01-01T00:01:30.000Z'],
  ['rate(5 minutes)', '2026-01-01T00:00:00.000Z', '2026-01-01T00:05:00.000Z'],
  ['rate(12 hours)', '2026-01-01T00:00:00.000Z', '2026-01-01T12:00:00.000Z'],
  ['rate(2 days)', '2026-01-01T00:00:00.000Z', '2026-01-03T00:00:00.000Z'],
  ['cron(0 9 * * ? *)', '2026-01-01T09:00:00.000Z', '2026-01-02T09:00:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-01-01T09:16:00.000Z', '2026-01-01T09:30:00.000Z'],
  ['cron(5,35 8-10 * * ? *)', '2026-01-01T10:36:00.000Z', '2026-01-02T08:05:00.000Z'],
  ['cron(0 9 ? * MON-FRI *)', '2026-01-02T09:00:00.000Z', '2026-01-05T09:00:00.000Z'],
  ['cron(0 0 1 FEB ? *)', '2026-03-01T00:00:00.000Z', '2027-02-01T00:00:00.000Z'],
  ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
])('%s after %s fires at %s', (expression, after, expected) => {
  expect(next(expression, after)).toBe(expected);
});

it('never fires again when its year is over', () => {
  expect(next('cron(0 0 1 1 ? 2020)', '2026-01-01T00:00:00.000Z')).toBeUndefined();
});

it.each([
  'rate(0 minutes)',
  'rate(5 fortnights)',
  'cron(0 9 * *)',
  'cron(61 9 * * ? *)',
  'cron(0 9 L * ? *)',
  'cron(0 9 ? * 2#1 *)',
  'cron(0/0 9 * * ? *)',
  'at(2026-01-01T00:00:00)',
  'soon',
])('does not know %s', (expression) => {
  expect(parseScheduleExpression(expression)).toBeUndefined();
});
