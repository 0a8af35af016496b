import type { CampaignKey } from '../core/campaign/keys';
import { tallyKindOf } from '../core/tally/tally-kind';
import type { TallyKind } from '../core/tally/tally';
import type { Dependencies } from './dependencies';
import { grouped, type Effect, type OwnEvent } from './effects';
import { LruCache } from './lru-cache';

/** What the guard is to know of a campaign. */
export interface GuardSignal {
  readonly campaign: CampaignKey;
  /** Whether anything came in that may bring a rate over its limit. */
  readonly isUrgent: boolean;
}

const URGENT: ReadonlySet<TallyKind> = new Set(['bounced', 'complained']);

/** Signs that a campaign is being sent; opens and clicks go on for weeks after. */
const ALIVE: ReadonlySet<TallyKind> = new Set([...URGENT, 'delivered', 'failed', 'deferred']);

/** Campaigns kept in memory. */
const CAPACITY = 10_000;

/** The guard is woken for a campaign so often at most, by one worker. */
const WAKE_EVERY_MS = 15_000;

/** A campaign is put on the watch list so often at most, by one worker. */
const WATCH_EVERY_MS = 10 * 60_000;

/** Signals the events cause: one a campaign. */
export function guardSignalsOf(events: readonly OwnEvent[]): Effect<GuardSignal>[] {
  const signs = events.flatMap(({ event, submission, position, recordId }) => {
    const kind = tallyKindOf(event);
    if (kind === undefined || position === undefined || !ALIVE.has(kind)) return [];
    const { accountId, campaignId } = submission;
    return [{ campaign: { accountId, campaignId }, isUrgent: URGENT.has(kind), recordId }];
  });
  return grouped(signs, ({ campaign }) => nameOf(campaign)).map((group) => ({
    write: { campaign: group[0].campaign, isUrgent: group.some(({ isUrgent }) => isUrgent) },
    recordIds: group.map(({ recordId }) => recordId),
  }));
}

/**
 * Makes what signals to the guard: campaigns go on its watch list, and bounces and complaints wake
 * it. Every one is followed by a wake-up, but one wake-up serves all that come before it is due.
 */
export function createSignalGuard({
  guardRequests,
  watchList,
  clock,
}: Pick<Dependencies, 'guardRequests' | 'watchList' | 'clock'>) {
  const watchedAtMs = new LruCache<string, number>(CAPACITY);
  const wokenAtMs = new LruCache<string, number>(CAPACITY);

  const watch = async (campaign: CampaignKey): Promise<void> => {
    const name = nameOf(campaign);
    const nowMs = clock();
    if (nowMs - (watchedAtMs.get(name) ?? -Infinity) < WATCH_EVERY_MS) return;
    await watchList.note(campaign, nowMs);
    watchedAtMs.set(name, nowMs);
  };

  const wake = async (campaign: CampaignKey): Promise<void> => {
    const name = nameOf(campaign);
    const nowMs = clock();
    const lastMs = wokenAtMs.get(name) ?? -Infinity;
    if (nowMs < lastMs) return;

    const delaySeconds = Math.max(0, Math.ceil((lastMs + WAKE_EVERY_MS - nowMs) / 1_000));
    const dueAtMs = nowMs + delaySeconds * 1_000;
    const subject = { subject: 'campaign', campaign } as const;
    await guardRequests.put({ request: 'evaluate', subject, dueAtMs }, delaySeconds);
    wokenAtMs.set(name, dueAtMs);
  };

  /** @throws {TransientError} when it can't be passed on; it is then not remembered either. */
  return async ({ campaign, isUrgent }: GuardSignal): Promise<void> => {
    await watch(campaign);
    if (isUrgent) await wake(campaign);
  };
}

const nameOf = ({ accountId, campaignId }: CampaignKey): string => `${accountId}/${campaignId}`;
