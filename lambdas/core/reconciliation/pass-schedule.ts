/**
 * When a submission is compared with Mailgun's events.
 *
 * A pass reads everything again, so that one of them serves all that are due: a worker that comes
 * late does not make up for those it missed.
 */
export interface PassSchedule {
  /** Milliseconds after Mailgun begins to deliver, ascending; one a pass. */
  readonly afterMs: readonly number[];
}

/** How many passes are due: `0` before the first. */
export function passesDue({ afterMs }: PassSchedule, fromMs: number, nowMs: number): number {
  return afterMs.filter((ms) => fromMs + ms <= nowMs).length;
}

/**
 * @param pass counted from 1.
 * @returns when it is due, milliseconds since the Unix epoch, UTC; `undefined` behind the last one.
 */
export function passDueAtMs(
  { afterMs }: PassSchedule,
  fromMs: number,
  pass: number,
): number | undefined {
  const ms = afterMs[pass - 1];
  return ms === undefined ? undefined : fromMs + ms;
}

/** Whether none follows. */
export const isLastPass = ({ afterMs }: PassSchedule, pass: number): boolean =>
  pass >= afterMs.length;
