import { figuresOf } from '../core/guard/explain';
import type { GuardFacts, NotificationFigures } from '../core/guard/guard-record';
import type { GuardLevel } from '../core/guard/judgement';

/** What the guard found, as the API shows it. */
export interface GuardDescription {
  /** `pause` also of an account it suspended. */
  readonly level: GuardLevel;
  /** The rate that is over a limit, or that it paused or suspended for; `null` while none is. */
  readonly trigger: NotificationFigures | null;
  /** ISO 8601, UTC. */
  readonly evaluatedAt: string;
}

/**
 * Describes what the guard found last, and where it is what stands, why it paused or suspended.
 *
 * @param stopped since when nothing is sent, ISO 8601, UTC; `null` while anything is.
 * @returns `null` for whoever was never evaluated.
 */
export function describeGuard(
  { act, finding, level, evaluatedAtMs }: GuardFacts,
  stopped: string | null,
): GuardDescription | null {
  if (evaluatedAtMs === undefined) return null;

  const evaluatedAt = iso(evaluatedAtMs);
  if (act !== undefined && iso(act.atMs) === stopped) {
    return { level: 'pause', trigger: act.figures, evaluatedAt };
  }
  return { level, trigger: finding === undefined ? null : figuresOf(finding), evaluatedAt };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
