import { GUARD_KINDS, GUARD_WINDOWS, type GuardKind, type GuardWindow } from './limits';

/** Recipients something happened to, of those it could have happened to. */
export interface Share {
  readonly events: number;
  readonly of: number;
}

/**
 * Unique recipients by kind and window: bounced of the accepted, and complained of the delivered,
 * always of those who were accepted in the window.
 */
export type GuardCounts = Readonly<Record<GuardKind, Readonly<Record<GuardWindow, Share>>>>;

/** Makes counts, each share by its kind and window. */
export function countsBy(shareOf: (kind: GuardKind, window: GuardWindow) => Share): GuardCounts {
  const ofKind = (kind: GuardKind) =>
    Object.fromEntries(GUARD_WINDOWS.map((window) => [window, shareOf(kind, window)]));
  return Object.fromEntries(
    GUARD_KINDS.map((kind) => [kind, ofKind(kind)]),
  ) as unknown as GuardCounts;
}

/** Counts of nobody. */
export const NO_COUNTS: GuardCounts = countsBy(() => ({ events: 0, of: 0 }));

/** Adds the counts of recipients that have nobody in common. */
export function addCounts(left: GuardCounts, right: GuardCounts): GuardCounts {
  return countsBy((kind, window) => ({
    events: left[kind][window].events + right[kind][window].events,
    of: left[kind][window].of + right[kind][window].of,
  }));
}

/** Whether nobody bounced or complained. */
export function areClean(counts: GuardCounts): boolean {
  return GUARD_KINDS.every((kind) => counts[kind].long.events + counts[kind].short.events === 0);
}
