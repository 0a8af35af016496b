import { DeliveryEventFeed } from '../../../lambdas/core/notification/delivery-event-feed';
import { aNotice } from '../../support/builders/notifications';
import {
  InMemoryDeliveryEventTopic,
  InMemoryPublicationQueue,
} from '../../support/fakes/in-memory-publications';
import { RecordingLog } from '../../support/fakes/recording-log';

const aFeed = () => {
  const topic = new InMemoryDeliveryEventTopic();
  const queue = new InMemoryPublicationQueue();
  const log = new RecordingLog();
  return { topic, queue, log, feed: new DeliveryEventFeed({ topic, queue, log }) };
};

const notices = (count: number) =>
  Array.from({ length: count }, (_unused, position) => aNotice({ position }));

it.each([
  [0, []],
  [1, [1]],
  [10, [10]],
  [1_000, Array.from({ length: 100 }, () => 10)],
  [23, [10, 10, 3]],
])('publishes %i events in calls of ten', async (count, sizes) => {
  const { feed, topic } = aFeed();

  await feed.tell(notices(count));

  expect(topic.calls.map(({ length }) => length)).toEqual(sizes);
  expect(topic.published).toEqual(notices(count));
});

it('keeps the calls that fail, and says how many events they were', async () => {
  const { feed, topic, queue, log } = aFeed();
  topic.isDown = true;

  await feed.tell(notices(13));

  expect(queue.kept).toEqual([
    { kind: 'deliveryEvents', events: notices(13).slice(0, 10) },
    { kind: 'deliveryEvents', events: notices(13).slice(10) },
  ]);
  expect(log.withCode('delivery-events-delayed').map(({ fields }) => fields.count)).toEqual([
    10, 3,
  ]);
});

it('logs what is lost when the queue is down as well, and lets the work go on', async () => {
  const { feed, topic, queue, log } = aFeed();
  topic.isDown = true;
  queue.isDown = true;

  await expect(feed.tell(notices(3))).resolves.toBeUndefined();

  expect(log.withCode('delivery-events-lost')).toMatchObject([{ fields: { count: 3 } }]);
});
