import type { DeliveryEventNotice } from '../../../lambdas/core/notification/delivery-event-notice';
import type { Notification } from '../../../lambdas/core/notification/notification';
import type {
  DeliveryEventPublisher,
  NotificationPublisher,
  Publication,
  PublicationQueue,
} from '../../../lambdas/core/notification/publication';
import { TransientError } from '../../../lambdas/core/errors';

/** A topic of notifications that can be down. */
export class InMemoryNotificationTopic implements NotificationPublisher {
  readonly published: Notification[] = [];
  isDown = false;

  publish(notification: Notification): Promise<void> {
    if (this.isDown) return Promise.reject(new TransientError('SNS is down'));
    this.published.push(notification);
    return Promise.resolve();
  }
}

/** A topic of delivery events that can be down. */
export class InMemoryDeliveryEventTopic implements DeliveryEventPublisher {
  readonly calls: (readonly DeliveryEventNotice[])[] = [];
  isDown = false;

  publish(events: readonly DeliveryEventNotice[]): Promise<void> {
    if (this.isDown) return Promise.reject(new TransientError('SNS is down'));
    this.calls.push(events);
    return Promise.resolve();
  }

  get published(): readonly DeliveryEventNotice[] {
    return this.calls.flat();
  }
}

/** A queue of what was not published, which can be down too. */
export class InMemoryPublicationQueue implements PublicationQueue {
  readonly kept: Publication[] = [];
  isDown = false;

  keep(publication: Publication): Promise<void> {
    if (this.isDown) return Promise.reject(new TransientError('SQS is down'));
    this.kept.push(publication);
    return Promise.resolve();
  }
}
