import { BrokenTemplateError } from '../cloud-error';
import type { Blueprint } from '../template/blueprint';
import {
  callJson,
  callQuery,
  createBucket,
  EngineRefusalError,
  type EngineCaller,
} from './aws-request';

/** The engines resources are made in. */
export interface Engines {
  readonly messaging: EngineCaller;
  readonly tables: EngineCaller;
  /** Queues hide a message no longer than this, whatever the template says. */
  readonly longestVisibilitySeconds: number;
}

/** What SQS takes where a queue says nothing. */
const DEFAULT_VISIBILITY_SECONDS = 30;

/** Queue behind a function's subscription: SNS delivers to queues only, a poller brings it on. */
export const subscriptionQueueName = (functionName: string): string =>
  `sns-to-${functionName}`.slice(0, 80);

/**
 * Makes every queue, topic, subscription, bucket and table of the blueprint.
 *
 * @throws {BrokenTemplateError} when an engine refuses one, with the engine's reason.
 */
export async function provision(blueprint: Blueprint, engines: Engines): Promise<void> {
  const { messaging, tables, longestVisibilitySeconds } = engines;

  for (const { subject, name, attributes } of blueprint.queues) {
    const visibility = Number(attributes['VisibilityTimeout'] ?? DEFAULT_VISIBILITY_SECONDS);
    const capped = { VisibilityTimeout: String(Math.min(visibility, longestVisibilitySeconds)) };
    await made(subject, () =>
      callJson(messaging, 'AmazonSQS.CreateQueue', {
        QueueName: name,
        Attributes: { ...attributes, ...capped },
      }),
    );
  }
  for (const { subject, name } of blueprint.topics) {
    await made(subject, () => callQuery(messaging, 'CreateTopic', { Name: name }));
  }
  await provisionSubscriptions(blueprint, messaging);
  for (const { subject, name } of blueprint.buckets) {
    await made(subject, () => createBucket(messaging, name));
  }
  for (const { subject, definition } of blueprint.tables) {
    await made(subject, () => callJson(tables, 'DynamoDB_20120810.CreateTable', definition));
  }
}

async function provisionSubscriptions(
  { subscriptions, functions }: Blueprint,
  messaging: EngineCaller,
): Promise<void> {
  for (const { subject, topicArn, protocol, endpointArn, attributes } of subscriptions) {
    let queueArn = endpointArn;
    if (protocol === 'lambda') {
      const target = functions.find(({ arn }) => arn === endpointArn);
      if (target === undefined) continue;
      const name = subscriptionQueueName(target.name);
      await made(subject, () => callJson(messaging, 'AmazonSQS.CreateQueue', { QueueName: name }));
      queueArn = `${endpointArn.split(':').slice(0, 5).join(':').replace(':lambda:', ':sqs:')}:${name}`;
    }
    const entries = Object.entries(attributes).flatMap(([key, value], index) => [
      [`Attributes.entry.${index + 1}.key`, key],
      [`Attributes.entry.${index + 1}.value`, value],
    ]);
    await made(subject, () =>
      callQuery(messaging, 'Subscribe', {
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queueArn,
        ...(Object.fromEntries(entries) as Record<string, string>),
      }),
    );
  }
}

async function made(subject: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof EngineRefusalError)) throw error;
    throw new BrokenTemplateError(subject, error.message || error.code, { cause: error });
  }
}
