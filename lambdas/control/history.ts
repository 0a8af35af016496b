import type { StandingEntry } from '../core/standing/standing';

/** A history as the API shows it, oldest first. */
export function describeHistory(entries: readonly StandingEntry[]): readonly unknown[] {
  return entries.map(({ atMs, ...entry }) => ({ at: new Date(atMs).toISOString(), ...entry }));
}
