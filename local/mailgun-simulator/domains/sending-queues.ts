import { mailgunDate } from '../messages/domain-checks';
import type { Domain } from './domain';

const OPEN = { is_disabled: false, disabled: { until: '', reason: '' } };

/** What `GET /v3/domains/{name}/sending_queues` tells of a domain. */
export function describeQueues({ settings }: Domain): object {
  const { queueDisabled } = settings;
  if (queueDisabled === undefined) return { regular: OPEN, scheduled: OPEN };

  const { untilMs, reason = 'You have too many messages in queue' } = queueDisabled;
  const until = untilMs === undefined ? '' : mailgunDate(untilMs);
  return { regular: { is_disabled: true, disabled: { until, reason } }, scheduled: OPEN };
}
