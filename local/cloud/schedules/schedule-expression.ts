/** When a schedule fires next, in milliseconds since the epoch; `undefined` for never. */
export type NextFiring = (afterMs: number) => number | undefined;

const UNIT_MS: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const DAY_MS = 86_400_000;
const DAYS_LOOKED_AHEAD = 5 * 366;

/**
 * Reads `rate(5 minutes)` or `cron(0 9 ? * MON-FRI *)`, in UTC, with `*`, `?`, lists, ranges,
 * steps and names. `L`, `W`, `#` and `at(…)` are not known.
 *
 * @returns `undefined` for an expression it can't read.
 */
export function parseScheduleExpression(expression: string): NextFiring | undefined {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit !== undefined && Number(count) > 0) {
    const everyMs = Number(count) * (UNIT_MS[unit] ?? 0);
    return (afterMs) => afterMs + everyMs;
  }
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  return fields?.length === 6 ? parseCron(fields) : undefined;
}

function parseCron(fields: readonly string[]): NextFiring | undefined {
  const [minutes, hours, daysOfMonth, months, daysOfWeek, years] = [
    parseField(fields[0], 0, 59),
    parseField(fields[1], 0, 23),
    parseField(fields[2], 1, 31),
    parseField(fields[3], 1, 12, MONTHS),
    parseField(fields[4], 1, 7, DAYS),
    parseField(fields[5], 1970, 2199),
  ];
  if (!minutes || !hours || !daysOfMonth || !months || !daysOfWeek || !years) return undefined;

  const isDay = (day: Date): boolean =>
    years.has(day.getUTCFullYear()) &&
    months.has(day.getUTCMonth() + 1) &&
    daysOfMonth.has(day.getUTCDate()) &&
    daysOfWeek.has(day.getUTCDay() + 1);
  const times = [...hours]
    .flatMap((hour) => [...minutes].map((minute) => (hour * 60 + minute) * 60_000))
    .sort((left, right) => left - right);

  return (afterMs) => {
    const today = Math.floor(afterMs / DAY_MS) * DAY_MS;
    for (let ahead = 0; ahead < DAYS_LOOKED_AHEAD; ahead += 1) {
      const day = today + ahead * DAY_MS;
      if (!isDay(new Date(day))) continue;
      const time = times.find((candidate) => day + candidate > afterMs);
      if (time !== undefined) return day + time;
    }
    return undefined;
  };
}

/** The numbers a cron field stands for; `undefined` when it can't be read. */
function parseField(
  field: string | undefined,
  lowest: number,
  highest: number,
  names: readonly string[] = [],
): Set<number> | undefined {
  const numbers = new Set<number>();
  const number = (text: string): number => {
    const named = names.indexOf(text.toUpperCase());
    return named === -1 ? Number(text) : named + lowest;
  };
  for (const part of (field ?? '').split(',')) {
    const [range = '', step = '1'] = part.split('/');
    const [from, to] =
      range === '*' || range === '?'
        ? [lowest, highest]
        : [number(range.split('-')[0] ?? ''), number(range.split('-')[1] ?? range)];
    const last = part.includes('/') && !range.includes('-') ? highest : to;
    const valid = [from, last, Number(step)].every(Number.isInteger) && Number(step) > 0;
    if (!valid || from < lowest || last > highest) return undefined;
    for (let value = from; value <= last; value += Number(step)) numbers.add(value);
  }
  return numbers;
}
