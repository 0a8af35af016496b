import type { Dependencies } from './dependencies';
import type { Invocation } from './invocation';

/** Logs what became of an invocation's records, and notifies, once each, of what needs a person. */
export async function report(
  invocation: Invocation,
  { log, notifier, clock }: Pick<Dependencies, 'log' | 'notifier' | 'clock'>,
): Promise<void> {
  log.info('events recorded', { code: 'events-recorded', ...invocation.summary });

  const notRecorded = invocation.failedRecordIds.length;
  if (notRecorded > 0) {
    const causes = invocation.failureCauses;
    log.error('events not recorded', { code: 'events-not-recorded', count: notRecorded, causes });
  }

  const notify = (
    type: 'webhook.refused' | 'event.deadLettered',
    reason: string,
    count: number,
  ): Promise<void> =>
    notifier.notify({
      version: 1,
      type,
      at: new Date(clock()).toISOString(),
      reason,
      details: { count },
    });

  const replayed = invocation.counted('replayed-token');
  if (replayed > 0) {
    log.warn('replayed tokens refused', { code: 'webhook-token-replayed', count: replayed });
    await notify('webhook.refused', 'replayed-token', replayed);
  }
  const deadLettered = invocation.counted('dead-lettered');
  if (deadLettered > 0) {
    log.error('events dead-lettered', { code: 'event-dead-lettered', count: deadLettered });
    await notify('event.deadLettered', 'malformed-event', deadLettered);
  }
}
