import type { QueuePlan, SubscriptionPlan, TopicPlan } from './blueprint';
import { queueProperties, subscriptionProperties } from './property-schemas';
import type { TemplateReader } from './read-blueprint';

/** Queues with their attributes as the SQS API takes them. */
export function readQueues(reader: TemplateReader): QueuePlan[] {
  return reader.all('AWS::SQS::Queue').map((queue) => ({
    subject: queue.subject,
    logicalId: queue.logicalId,
    name: queue.name,
    arn: queue.arn,
    url: reader.addresses.queueUrl(queue.name),
    attributes: presentOnly(reader.properties(queue, queueProperties)),
  }));
}

/** Topics. */
export function readTopics(reader: TemplateReader): TopicPlan[] {
  return reader
    .all('AWS::SNS::Topic')
    .map(({ subject, logicalId, name, arn }) => ({ subject, logicalId, name, arn }));
}

/** Subscriptions of queues and functions; other protocols reach people or services outside. */
export function readSubscriptions(reader: TemplateReader): SubscriptionPlan[] {
  return reader.all('AWS::SNS::Subscription').flatMap((subscription) => {
    const { TopicArn, Protocol, Endpoint, ...attributes } = reader.properties(
      subscription,
      subscriptionProperties,
    );
    if (Protocol !== 'sqs' && Protocol !== 'lambda') {
      reader.notEmulated(subscription, `protocol ${Protocol}`);
      return [];
    }
    return {
      subject: subscription.subject,
      logicalId: subscription.logicalId,
      topicArn: TopicArn,
      protocol: Protocol,
      endpointArn: Endpoint,
      attributes: presentOnly(attributes),
    };
  });
}

function presentOnly(attributes: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
