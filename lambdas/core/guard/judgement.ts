import type { GuardCounts, Share } from './counts';
import {
  GUARD_KINDS,
  GUARD_WINDOWS,
  type GuardKind,
  type GuardSettings,
  type GuardWindow,
  type RateLimit,
} from './limits';

/** How bad it is. */
export type GuardLevel = 'none' | 'warn' | 'pause';

/** One rate that is over a limit, and its numbers. */
export interface Finding {
  readonly level: Exclude<GuardLevel, 'none'>;
  readonly kind: GuardKind;
  readonly window: GuardWindow;
  readonly events: number;
  readonly of: number;
  /** `events` of `of`, 0 to 1. */
  readonly rate: number;
  /** The limit it is over, 0 to 1. */
  readonly limit: number;
}

/** What is to be done about some counts. */
export interface Judgement {
  readonly level: GuardLevel;
  /** What weighs most; `undefined` where nothing is over a limit. */
  readonly finding: Finding | undefined;
  /** Kinds that people are to know to be over their warning limit, each by what weighs most. */
  readonly warnings: readonly Finding[];
}

/** A warning stands until its rate is below so much of the limit: a rate that hovers is told once. */
const ENDS_BELOW = 0.8;

/** In binary fractions, 0.8 of 5 % of 1,000 is a little more than 40. */
const ROUNDING = 1e-6;

/**
 * Decides what is to be done about a campaign or an account.
 *
 * @param warned kinds people were warned of, and that had not ended since.
 */
export function judge(
  counts: GuardCounts,
  settings: GuardSettings,
  warned: readonly GuardKind[],
): Judgement {
  const warnings = GUARD_KINDS.flatMap((kind) => {
    const share = warned.includes(kind) ? ENDS_BELOW : 1;
    return worst(findingsOf(kind, counts, settings, share)) ?? [];
  });
  const over = GUARD_KINDS.flatMap((kind) => findingsOf(kind, counts, settings, 1));
  const finding = worst(over);
  return { level: finding?.level ?? 'none', finding, warnings };
}

/** @param share of the warning limit that counts as over it. */
function findingsOf(
  kind: GuardKind,
  counts: GuardCounts,
  settings: GuardSettings,
  share: number,
): Finding[] {
  return GUARD_WINDOWS.flatMap((window) => {
    const counted = counts[kind][window];
    const limit = settings[kind][window];
    const level = levelOf(counted, limit, share);
    if (level === 'none') return [];

    const told = settings.enabled ? level : 'warn';
    const { events, of } = counted;
    return [{ level: told, kind, window, events, of, rate: events / of, limit: limit[told] }];
  });
}

function levelOf({ events, of }: Share, limit: RateLimit, share: number): GuardLevel {
  if (of === 0 || of < limit.minimumRecipients || events < limit.minimumEvents) return 'none';
  if (events >= of * limit.pause - ROUNDING) return 'pause';
  return events >= of * limit.warn * share - ROUNDING ? 'warn' : 'none';
}

function worst(findings: readonly Finding[]): Finding | undefined {
  return findings.reduce<Finding | undefined>(
    (worse, finding) => (worse === undefined || outweighs(finding, worse) ? finding : worse),
    undefined,
  );
}

/** A pause outweighs a warning; then counts what is further above its limit. */
function outweighs(one: Finding, other: Finding): boolean {
  if (one.level !== other.level) return one.level === 'pause';
  return one.rate / one.limit > other.rate / other.limit;
}
