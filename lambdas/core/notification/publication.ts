import type { DeliveryEventNotice } from './delivery-event-notice';
import type { Notification } from './notification';

/** What could not be published when it happened, kept until it can be. */
export type Publication =
  | { readonly kind: 'notification'; readonly notification: Notification }
  | { readonly kind: 'deliveryEvents'; readonly events: readonly DeliveryEventNotice[] };

/** Publishes to whoever subscribed to notifications. Implemented in `adapters/sns`. */
export interface NotificationPublisher {
  /** @throws {TransientError} when it is not known to be published. It may be. */
  publish(notification: Notification): Promise<void>;
}

/** Publishes to whoever subscribed to delivery events. Implemented in `adapters/sns`. */
export interface DeliveryEventPublisher {
  /**
   * @param events up to {@link NOTICES_A_CALL}.
   * @throws {TransientError} when not all of them are known to be published. Some may be.
   */
  publish(events: readonly DeliveryEventNotice[]): Promise<void>;
}

/** Delivery events published at once: what SNS takes in a call. */
export const NOTICES_A_CALL = 10;

/** Keeps what could not be published. Implemented in `adapters/sqs`. */
export interface PublicationQueue {
  /** @throws {TransientError} when it is not known to be kept. It may be. */
  keep(publication: Publication): Promise<void>;
}
