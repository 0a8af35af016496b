import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeadLetters } from '../core/dead-letter/dead-letters';
import { faultOf, PermanentError } from '../core/errors';
import type { Log } from '../core/log';
import type {
  DeliveryEventPublisher,
  NotificationPublisher,
  Publication,
} from '../core/notification/publication';
import { doubling } from '../core/queue/consumer';
import type { DelayQueue } from '../core/queue/delay-queue';

const faultDelayMs = doubling({ baseSeconds: 30, longestSeconds: 900 });

/** What publishing works with. */
export interface Dependencies {
  readonly notifications: NotificationPublisher;
  /** `undefined` where delivery events are not published. */
  readonly deliveryEvents: DeliveryEventPublisher | undefined;
  /** Reads the body of a message. @throws {PermanentError} for what nobody can read. */
  readonly readPublication: (body: string) => Publication;
  readonly queue: DelayQueue;
  readonly deadLetters: DeadLetters;
  readonly log: Log;
}

/**
 * Makes the consumer of the notification queue, which publishes what SNS did not take when it
 * happened, as often as it takes. What nobody can read goes to the dead letters at once.
 */
export function createPublishNotifications(dependencies: Dependencies) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const done = await Promise.all(Records.map((record) => handle(dependencies, record)));
    return {
      batchItemFailures: Records.filter((_record, index) => done[index] === false).map(
        ({ messageId }) => ({ itemIdentifier: messageId }),
      ),
    };
  };
}

async function handle(dependencies: Dependencies, record: SQSRecord): Promise<boolean> {
  const { readPublication, deadLetters, log } = dependencies;
  const { body, messageId } = record;
  try {
    try {
      await publish(dependencies, readPublication(body));
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      const { code, message: reason } = error;
      await deadLetters.put({ body, code, reason });
      log.error('notification dead-lettered', {
        ...{ code: 'notification-dead-lettered', messageId, reasonCode: code },
      });
    }
    return true;
  } catch (fault) {
    const error = faultOf(fault);
    log.warn('not published yet', { code: 'notification-still-delayed', messageId, error });
    await hide(dependencies, record);
    return false;
  }
}

async function publish(
  { notifications, deliveryEvents }: Dependencies,
  publication: Publication,
): Promise<void> {
  if (publication.kind === 'notification') return notifications.publish(publication.notification);

  if (deliveryEvents === undefined) {
    throw new PermanentError('no-such-topic', 'delivery events are no longer published');
  }
  return deliveryEvents.publish(publication.events);
}

async function hide(
  { queue, log }: Dependencies,
  { receiptHandle, messageId, attributes }: SQSRecord,
): Promise<void> {
  const receives = Number(attributes.ApproximateReceiveCount);
  try {
    await queue.hide(receiptHandle, faultDelayMs(receives) / 1_000);
  } catch (fault) {
    // The message then comes back after the queue's own timeout.
    const error = faultOf(fault);
    log.warn('not hidden', { code: 'notification-not-hidden', messageId, error });
  }
}
