import type { NotificationWithout } from '../core/notification/notification';
import { repairedCount } from '../core/reconciliation/checkpoint';
import type { ReconcileRequest } from '../core/reconciliation/reconcile-request';
import type { Dependencies } from './dependencies';
import { noticeEveryMs } from './waits';

/** A domain whose events can't be read is told of once a day. */
const UNREADABLE_EVERY_MS = 86_400_000;

/** Tells people what reconciling found, seldom: a campaign has thousands of submissions. */
export class Notices {
  constructor(
    private readonly dependencies: Dependencies,
    private readonly request: ReconcileRequest,
  ) {}

  /**
   * Tells what was added to the campaign so far, unless that was told since.
   *
   * @param repairedAtMs when something was last added here; milliseconds since the Unix epoch, UTC.
   * @returns when to try again, where it is too soon; `undefined` once it is told.
   */
  async tellRepaired(repairedAtMs: number): Promise<number | undefined> {
    const { notices, checkpoints, schedule, clock } = this.dependencies;
    const { accountId, campaignId, domain } = this.request;
    const campaign = { accountId, campaignId };
    const news = { happenedAtMs: repairedAtMs, nowMs: clock(), everyMs: noticeEveryMs(schedule) };
    const turn = await notices.take(campaign, news);
    if (turn.notice === 'tooSoon') return turn.untilMs;
    if (turn.notice === 'told') return undefined;

    const { repaired, batches } = await checkpoints.repairedIn(campaign);
    const events = repairedCount(repaired);
    await this.notify({
      ...{ type: 'reconciliation.repaired', ...campaign, domain },
      reason: "events that no webhook brought were found in Mailgun's own record",
      details: { events, batches, ...repaired },
    });
    return undefined;
  }

  /** Tells that a domain's events can't be read, unless that was told within a day. */
  async tellUnreadable(reason: string): Promise<void> {
    const { notices, clock } = this.dependencies;
    const { domain } = this.request;
    const nowMs = clock();
    const news = { happenedAtMs: nowMs, nowMs, everyMs: UNREADABLE_EVERY_MS };
    const turn = await notices.take({ domain }, news);
    if (turn.notice !== 'ours') return;
    await this.notify({ type: 'reconciliation.unreadable', domain, reason });
  }

  private notify(
    what: NotificationWithout<
      'version' | 'at',
      'reconciliation.repaired' | 'reconciliation.unreadable'
    >,
  ): Promise<void> {
    const { notifier, clock } = this.dependencies;
    return notifier.notify({ version: 1, at: new Date(clock()).toISOString(), ...what });
  }
}
