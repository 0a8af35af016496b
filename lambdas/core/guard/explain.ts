import type { NotificationFigures } from './guard-record';
import type { Finding } from './judgement';
import { WINDOW_HOURS } from './limits';

const WHAT = { bounce: 'bounced', complaint: 'and delivered complained' } as const;
const WHEN = { short: 'the last hour', long: 'the last 24 hours' } as const;

/** A finding in words, such as `61 of 1,000 recipients accepted in the last hour bounced: 6.10 %, the limit is 5 %`. */
export function reasonOf({ kind, window, events, of, rate, limit }: Finding): string {
  const people = `${grouped(events)} of ${grouped(of)} recipients accepted in ${WHEN[window]}`;
  const share = `${(rate * 100).toFixed(2)} %, the limit is ${Number((limit * 100).toFixed(4))} %`;
  return `${people} ${WHAT[kind]}: ${share}`;
}

/** A finding in numbers, for programs. */
export function figuresOf(finding: Finding): NotificationFigures {
  const { kind, window, events, of, rate, limit } = finding;
  return {
    ...{ kind, window, windowHours: WINDOW_HOURS[window] },
    ...{ events, of, rate: Number(rate.toFixed(6)), threshold: limit },
  };
}

const grouped = (count: number): string => count.toLocaleString('en-US');
