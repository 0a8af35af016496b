import { PersistentNotifier } from '../../../lambdas/core/notification/persistent-notifier';
import { aNotification } from '../../support/builders/notifications';
import {
  InMemoryNotificationTopic,
  InMemoryPublicationQueue,
} from '../../support/fakes/in-memory-publications';
import { RecordingLog } from '../../support/fakes/recording-log';

const aNotifier = () => {
  const topic = new InMemoryNotificationTopic();
  const queue = new InMemoryPublicationQueue();
  const log = new RecordingLog();
  return { topic, queue, log, notifier: new PersistentNotifier({ topic, queue, log }) };
};

it('publishes, and keeps nothing of what was published', async () => {
  const { notifier, topic, queue } = aNotifier();

  await notifier.notify(aNotification());

  expect(topic.published).toEqual([aNotification()]);
  expect(queue.kept).toEqual([]);
});

it('keeps what the topic does not take, and says so', async () => {
  const { notifier, topic, queue, log } = aNotifier();
  topic.isDown = true;

  await notifier.notify(aNotification());

  expect(queue.kept).toEqual([{ kind: 'notification', notification: aNotification() }]);
  expect(log.withCode('notification-delayed')).toHaveLength(1);
  expect(log.withCode('notification-lost')).toEqual([]);
});

it('logs what neither topic nor queue takes, and lets the work go on', async () => {
  const { notifier, topic, queue, log } = aNotifier();
  topic.isDown = true;
  queue.isDown = true;

  await expect(notifier.notify(aNotification())).resolves.toBeUndefined();

  expect(log.withCode('notification-lost')).toMatchObject([{ fields: { type: 'domain.held' } }]);
});
