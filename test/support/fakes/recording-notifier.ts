import { notificationSchema } from '../../../client/notifications';
import type { Notification, Notifier } from '../../../lambdas/core/notification/notification';

/**
 * A notifier that keeps what it was told. What the published schemas do not describe exactly, to the
 * last member, is a defect of the code under test: it throws.
 */
export class RecordingNotifier implements Notifier {
  readonly notifications: Notification[] = [];

  notify(notification: Notification): Promise<void> {
    // Members that no schema knows are left out of what it returns.
    expect(notificationSchema.parse(notification)).toEqual(notification);
    this.notifications.push(notification);
    return Promise.resolve();
  }
}
