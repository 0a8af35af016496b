import {
  readPublicationMessage,
  writePublicationMessage,
} from '../../lambdas/adapters/sqs/publication-message';
import { PersistentNotifier } from '../../lambdas/core/notification/persistent-notifier';
import { createPublishNotifications } from '../../lambdas/publish-notifications/publish-notifications';
import type { SQSRecord } from 'aws-lambda';
import { reckon } from '../support/fault-harness/books-check';
import { batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import { refusal } from '../support/fault-harness/model-mailgun';
import { ModelQueue } from '../support/fault-harness/model-queue';
import { seeded } from '../support/fault-harness/random';
import { Scheduler } from '../support/fault-harness/scheduler';
import { DAY_MS, HOUR_MS, MINUTE_MS, START_MS, World } from '../support/fault-harness/world';
import { InMemoryDeadLetters } from '../support/fakes/in-memory-dead-letters';
import {
  InMemoryNotificationTopic,
  InMemoryPublicationQueue,
} from '../support/fakes/in-memory-publications';
import { RecordingLog } from '../support/fakes/recording-log';

/** What Mailgun answers to a revoked key. */
const REFUSED = refusal(401, 'Forbidden');

/** A campaign whose domain Mailgun refuses for two hours. Whoever hears of it has no say in it. */
async function refused(topic: InMemoryNotificationTopic, queue: InMemoryPublicationQueue) {
  const log = new RecordingLog();
  const notifier = new PersistentNotifier({ topic, queue, log });
  const world = new World({ seed: 62, fleet: { workers: 5 }, notifier });
  for (const request of batches(20, 4)) world.enqueue(request);
  world.mailgun.script = ({ atMs }) => (atMs < START_MS + 2 * HOUR_MS ? REFUSED : undefined);
  world.later(2 * HOUR_MS, () => world.unblock());
  await world.run();
  const { parts, mailedTwice } = await reckon(world);
  const calls = world.mailgun.calls.map(({ atMs, addresses }) => ({ atMs, addresses }));
  return { sending: { parts, mailedTwice, calls, parked: world.parked.bodies.length }, log };
}

/** Works on what was kept, in virtual time, as the event source mapping does. */
async function publishKept(
  queue: InMemoryPublicationQueue,
  topic: InMemoryNotificationTopic,
  upAtMs: number,
) {
  const scheduler = new Scheduler(START_MS, seeded(62));
  const settings = { visibilityTimeoutMs: 180_000, maxReceiveCount: 100, duplicates: 0 };
  const kept = new ModelQueue(scheduler, seeded(1), { ...settings, retentionMs: 14 * DAY_MS });
  const deadLetters = new InMemoryDeadLetters();
  const publish = createPublishNotifications({
    ...{ notifications: topic, deliveryEvents: undefined, queue: kept, deadLetters },
    readPublication: readPublicationMessage,
    log: new RecordingLog(),
  });
  for (const publication of queue.kept) kept.send(writePublicationMessage(publication));
  let tries = 0;
  while (kept.size > 0) {
    scheduler.nowMs = Math.max(scheduler.nowMs, kept.nextVisibleMs ?? 0);
    topic.isDown = scheduler.nowMs < upAtMs;
    const received = kept.receive();
    if (received === undefined) continue;
    tries += 1;
    const record = {
      ...{ messageId: received.messageId, body: received.body, receiptHandle: received.receipt },
      attributes: { ApproximateReceiveCount: String(received.receives) },
    } as SQSRecord;
    const { batchItemFailures } = await publish({ Records: [record] });
    if (batchItemFailures.length === 0) kept.delete(received.receipt);
  }
  return { tries, deadLetters: kept.deadLetters, lastedMs: scheduler.nowMs - START_MS };
}

it.each([
  ['for an hour', HOUR_MS],
  ['for good', Infinity],
])('row 62: SNS down %s changes nothing of what is sent', async (what, downMs) => {
  const heard = new InMemoryNotificationTopic();
  const undisturbed = await refused(heard, new InMemoryPublicationQueue());
  const topic = new InMemoryNotificationTopic();
  topic.isDown = true;
  const queue = new InMemoryPublicationQueue();

  const disturbed = await refused(topic, queue);
  const { tries, deadLetters, lastedMs } = await publishKept(queue, topic, START_MS + downMs);

  expect(heard.published.map(({ type }) => type)).toEqual(['domain.blocked']);
  expect(disturbed.sending).toEqual(undisturbed.sending);
  expect(disturbed.sending.parts.accepted).toBe(80);
  expect(disturbed.log.withCode('notification-delayed')).toHaveLength(1);
  if (downMs === Infinity) {
    expect(deadLetters).toEqual(queue.kept.map(writePublicationMessage));
    expect(topic.published).toEqual([]);
    expect(lastedMs).toBeGreaterThan(DAY_MS * 0.9);
  } else {
    expect(topic.published).toEqual(heard.published);
    expect(deadLetters).toEqual([]);
    expect(lastedMs).toBeLessThan(downMs + 16 * MINUTE_MS);
  }
  report({
    row: 62,
    fault: `SNS down ${what}`,
    injections: 1 + tries,
    outcome:
      downMs === Infinity
        ? `the same calls; dead letter after ${tries} tries in ${(lastedMs / HOUR_MS).toFixed(1)} h`
        : `the same calls; published once, ${((lastedMs - downMs) / MINUTE_MS).toFixed(0)} min after its end`,
  });
});

it('row 62: SNS and SQS down at once change nothing of what is sent, and are logged', async () => {
  const undisturbed = await refused(
    new InMemoryNotificationTopic(),
    new InMemoryPublicationQueue(),
  );
  const topic = new InMemoryNotificationTopic();
  const queue = new InMemoryPublicationQueue();
  topic.isDown = queue.isDown = true;

  const { sending, log } = await refused(topic, queue);

  expect(sending).toEqual(undisturbed.sending);
  expect(log.withCode('notification-lost')).toMatchObject([{ fields: { type: 'domain.blocked' } }]);
  report({
    ...{ row: 62, fault: 'SNS and SQS down', injections: 2 },
    outcome: 'the same calls; the log names what was lost',
  });
});
