import type { CampaignKey } from '../campaign/keys';

/** What people are told about: a campaign that was repaired, or a domain whose events can't be read. */
export type NoticeSubject = CampaignKey | { readonly domain: string };

/** Whether to tell now. */
export type NoticeTurn =
  /** The caller tells, and nobody else does for a while. */
  | { readonly notice: 'ours' }
  /** It was told since. */
  | { readonly notice: 'told' }
  /** It was told too short a time ago; milliseconds since the Unix epoch, UTC. */
  | { readonly notice: 'tooSoon'; readonly untilMs: number };

/** Keeps notices rare, across all workers. Implemented in `adapters/dynamodb`. */
export interface ReconcileNotices {
  /**
   * Takes the turn to tell of something that happened at a time.
   *
   * @param everyMs shortest time between two notices of a subject, in milliseconds.
   * @throws {TransientError} when the store can't be read or written.
   */
  take(
    subject: NoticeSubject,
    news: { readonly happenedAtMs: number; readonly nowMs: number; readonly everyMs: number },
  ): Promise<NoticeTurn>;
}

/** Decides a turn by when the subject was last told of. */
export function noticeTurn(
  toldAtMs: number | undefined,
  { happenedAtMs, nowMs, everyMs }: Parameters<ReconcileNotices['take']>[1],
): NoticeTurn {
  if (toldAtMs === undefined) return { notice: 'ours' };
  if (toldAtMs >= happenedAtMs) return { notice: 'told' };
  const untilMs = toldAtMs + everyMs;
  return nowMs < untilMs ? { notice: 'tooSoon', untilMs } : { notice: 'ours' };
}
