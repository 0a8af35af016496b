import type { Notification, Notifier } from '../../../lambdas/core/notification/notification';

/** A notifier that keeps what it was told. */
export class RecordingNotifier implements Notifier {
  readonly notifications: Notification[] = [];

  notify(notification: Notification): Promise<void> {
    this.notifications.push(notification);
    return Promise.resolve();
  }
}
