import { faultOf } from '../errors';
import type { Log } from '../log';
import type { DeliveryEventNotice } from './delivery-event-notice';
import { NOTICES_A_CALL, type DeliveryEventPublisher, type PublicationQueue } from './publication';

interface Dependencies {
  readonly topic: DeliveryEventPublisher;
  readonly queue: PublicationQueue;
  readonly log: Log;
}

/** Calls in flight at once. */
const IN_FLIGHT = 8;

/**
 * Publishes delivery events in as few calls as SNS allows; what it does not take goes on the queue,
 * from where it is published later. Recording never waits for a second try, and never fails by it.
 */
export class DeliveryEventFeed {
  constructor(private readonly dependencies: Dependencies) {}

  /** Never rejects: what neither topic nor queue takes is logged, and lost. */
  async tell(events: readonly DeliveryEventNotice[]): Promise<void> {
    const groups = groupsOf(events);
    const worker = async (): Promise<void> => {
      for (let next = groups.next(); next.done !== true; next = groups.next()) {
        await this.publish(next.value);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  }

  private async publish(events: readonly DeliveryEventNotice[]): Promise<void> {
    const { topic, queue, log } = this.dependencies;
    const { length: count } = events;
    try {
      await topic.publish(events);
      return;
    } catch (fault) {
      const error = faultOf(fault);
      log.warn('delivery events delayed', { code: 'delivery-events-delayed', count, error });
    }
    try {
      await queue.keep({ kind: 'deliveryEvents', events });
    } catch (fault) {
      const error = faultOf(fault);
      log.error('delivery events lost', { code: 'delivery-events-lost', count, error });
    }
  }
}

function* groupsOf(
  events: readonly DeliveryEventNotice[],
): Generator<readonly DeliveryEventNotice[]> {
  for (let from = 0; from < events.length; from += NOTICES_A_CALL) {
    yield events.slice(from, from + NOTICES_A_CALL);
  }
}
