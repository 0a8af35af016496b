import {
  noticeTurn,
  type NoticeSubject,
  type NoticeTurn,
  type ReconcileNotices,
} from '../../../lambdas/core/reconciliation/notices';

/** `ReconcileNotices` in memory. */
export class InMemoryReconcileNotices implements ReconcileNotices {
  private readonly told = new Map<string, number>();

  take(subject: NoticeSubject, news: Parameters<ReconcileNotices['take']>[1]): Promise<NoticeTurn> {
    const name = JSON.stringify(subject);
    const turn = noticeTurn(this.told.get(name), news);
    if (turn.notice === 'ours') this.told.set(name, news.nowMs);
    return Promise.resolve(turn);
  }
}
