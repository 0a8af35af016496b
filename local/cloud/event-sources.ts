import { BrokenTemplateError } from './cloud-error';
import type { CloudFoundation } from './cloud-foundation';
import { subscriptionQueueName } from './engines/provision';
import { EventSourceMapping } from './events/event-source-mapping';
import { QueueSource } from './events/queue-source';
import { snsEvent } from './events/sns-event';
import { sqsEvent } from './events/sqs-event';
import type { FunctionFleet, RunningFunction } from './function-fleet';
import type { Blueprint, EventSourceMappingPlan } from './template/blueprint';

/** As on Lambda, an event that comes asynchronously is tried three times. */
const ASYNCHRONOUS_ATTEMPTS = 3;

export interface EventSourceOptions {
  readonly foundation: CloudFoundation;
  readonly fleet: FunctionFleet;
  readonly region: string;
  readonly functionConcurrency: number;
}

/** Lambda starts with five invocations at once where the mapping sets no maximum. */
const DEFAULT_CONCURRENCY = 5;

/**
 * Everything that brings messages to functions, not yet started: the event source mappings of
 * the template, and one for each subscription of a function to a topic.
 *
 * @throws {BrokenTemplateError} for a mapping whose queue or function is not in the template.
 */
export function createEventSources(
  blueprint: Blueprint,
  options: EventSourceOptions,
): EventSourceMapping[] {
  const mappings = blueprint.eventSourceMappings.map((plan) => mappingOf(plan, blueprint, options));
  const subscribed = new Set(
    blueprint.subscriptions
      .filter(({ protocol }) => protocol === 'lambda')
      .map(({ endpointArn }) => endpointArn),
  );
  const subscriptions = [...subscribed]
    .map((arn) => options.fleet.byArn(arn))
    .filter((running) => running !== undefined)
    .map((running) => subscriptionOf(running, options));

  return [...mappings.filter((mapping) => mapping !== undefined), ...subscriptions];
}

function mappingOf(
  plan: EventSourceMappingPlan,
  { queues }: Blueprint,
  { foundation, fleet, region, functionConcurrency }: EventSourceOptions,
): EventSourceMapping | undefined {
  const queue = queues.find(({ arn }) => arn === plan.queueArn);
  if (queue === undefined) {
    throw new BrokenTemplateError(
      plan.subject,
      `its queue ${plan.queueArn} is not in the template`,
    );
  }
  const running = fleet.byArn(plan.functionArn);
  // A function that is there but not emulated is in the list of those already.
  if (running === undefined) return undefined;

  return new EventSourceMapping({
    open: (signal) =>
      new QueueSource({ ...foundation.messaging(running.caller), signal }, queue.url),
    batchSize: plan.batchSize,
    windowSeconds: plan.windowSeconds,
    concurrency: Math.min(plan.maximumConcurrency ?? DEFAULT_CONCURRENCY, functionConcurrency),
    reportsItemFailures: plan.reportsItemFailures,
    invoke: (messages) => running.pool.invoke(sqsEvent(messages, { queueArn: queue.arn, region })),
    onTrouble: (reason) => running.pool.log.write(`event source mapping ${queue.name}: ${reason}`),
  });
}

function subscriptionOf(
  { pool }: RunningFunction,
  { foundation, functionConcurrency }: EventSourceOptions,
): EventSourceMapping {
  // Its requests are no one's: on AWS there is no queue between SNS and a function.
  const engine = foundation.messaging(0);
  const name = subscriptionQueueName(pool.plan.name);

  return new EventSourceMapping({
    open: (signal) => new QueueSource({ ...engine, signal }, `${engine.url}/000000000000/${name}`),
    batchSize: 1,
    windowSeconds: 0,
    concurrency: functionConcurrency,
    reportsItemFailures: false,
    invoke: async (messages) => {
      for (const message of messages) {
        const attempts = Number(message.Attributes?.['ApproximateReceiveCount'] ?? 1);
        await pool.invoke(snsEvent(message)).catch((error: unknown) => {
          if (attempts < ASYNCHRONOUS_ATTEMPTS) throw error;
        });
      }
    },
    onTrouble: (reason) => pool.log.write(`subscription ${name}: ${reason}`),
  });
}
