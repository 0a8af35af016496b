import type { CampaignKey } from '../campaign/keys';
import type { GuardLevel, Finding } from './judgement';
import type { GuardKind } from './limits';

/** Numbers and words that explain what the guard did. */
export type NotificationFigures = Readonly<Record<string, string | number>>;

/** Who is guarded. */
export type GuardSubject =
  | { readonly subject: 'campaign'; readonly campaign: CampaignKey }
  | { readonly subject: 'account'; readonly accountId: string };

/**
 * A pause or a suspension the guard makes. Noted before it is made: whoever finds one that is not
 * done finishes it, or forgets it where it never happened.
 */
export interface GuardAct {
  /** Time of the change, by which it is recognised; milliseconds since the Unix epoch, UTC. */
  readonly atMs: number;
  readonly reason: string;
  readonly figures: NotificationFigures;
  /** Whether everything that follows from it has been done. */
  readonly isDone: boolean;
}

/** What the guard knows of a campaign or an account from its last evaluation. */
export interface GuardFacts {
  /** When the last evaluation that was finished began; milliseconds since the Unix epoch, UTC. */
  readonly evaluatedAtMs?: number;
  /** A sweep leaves it alone until this time; milliseconds since the Unix epoch, UTC. */
  readonly sweepAtMs?: number;
  /** Nobody accepted before counts; milliseconds since the Unix epoch, UTC. */
  readonly armedSinceMs?: number;
  readonly level: GuardLevel;
  /** What weighed most. */
  readonly finding?: Finding;
  /** Kinds people were warned of, that have not ended. */
  readonly warned: readonly GuardKind[];
  /** The last pause or suspension. */
  readonly act?: GuardAct;
  /** When it was told that nothing of the campaign is left to do; milliseconds since the Unix epoch, UTC. */
  readonly completedAtMs?: number;
}

/** What is known of whoever was never evaluated. */
export const NO_FACTS: GuardFacts = { level: 'none', warned: [] };

/** Facts, and when they may be established anew. */
export interface GuardRecord {
  readonly facts: GuardFacts;
  /** No evaluation may begin before; milliseconds since the Unix epoch, UTC. */
  readonly nextAtMs: number;
  /** Token of the last one that began; `undefined` before the first. */
  readonly token: string | undefined;
}

/**
 * Lets one worker at a time evaluate, and keeps what came of it. Implemented in
 * `adapters/dynamodb`. Every method throws {@link TransientError} when the store can't be read or
 * written.
 */
export interface GuardRecords {
  /** Strongly consistent. */
  read(subject: GuardSubject): Promise<GuardRecord>;

  /**
   * Begins an evaluation, if none began since a reading.
   *
   * @param claim its token, and until when no other begins; milliseconds since the Unix epoch, UTC.
   * @returns whether it is this worker's.
   */
  claim(
    subject: GuardSubject,
    seen: GuardRecord,
    claim: { readonly token: string; readonly untilMs: number },
  ): Promise<boolean>;

  /**
   * Keeps facts, and says when the next evaluation may begin.
   *
   * @returns whether the evaluation of this token was still the last; where not, nothing is kept.
   */
  save(
    subject: GuardSubject,
    token: string,
    record: Pick<GuardRecord, 'facts' | 'nextAtMs'>,
  ): Promise<boolean>;
}

/** The facts of somebody nothing was done to. */
export function withoutAct({ act: _act, ...facts }: GuardFacts): GuardFacts {
  return facts;
}
