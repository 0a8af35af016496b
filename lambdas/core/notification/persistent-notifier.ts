import { faultOf } from '../errors';
import type { Log } from '../log';
import type { Notification, Notifier } from './notification';
import type { NotificationPublisher, PublicationQueue } from './publication';

interface Dependencies {
  readonly topic: NotificationPublisher;
  readonly queue: PublicationQueue;
  readonly log: Log;
}

/**
 * `Notifier` that puts what the topic does not take on a queue, from where it is published later.
 * What neither takes is logged, and lost.
 */
export class PersistentNotifier implements Notifier {
  constructor(private readonly dependencies: Dependencies) {}

  async notify(notification: Notification): Promise<void> {
    const { topic, queue, log } = this.dependencies;
    const { type } = notification;
    // Before it is sent: what happened is measured whether or not anybody can be told.
    log.info('notified', { code: 'notified', type });
    try {
      await topic.publish(notification);
      return;
    } catch (error) {
      log.warn('notification delayed', {
        code: 'notification-delayed',
        type,
        error: faultOf(error),
      });
    }
    try {
      await queue.keep({ kind: 'notification', notification });
    } catch (error) {
      log.error('notification lost', { code: 'notification-lost', type, error: faultOf(error) });
    }
  }
}
