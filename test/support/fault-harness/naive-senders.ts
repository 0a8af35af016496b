import { sendRequestSchema } from '../../../client/send-request';
import type { QueuedBatch, SendBatch } from '../../../lambdas/send-batch/send-batch';
import { createMessageHandler } from '../../../lambdas/send-batch/handle-messages';
import { DOMAIN, type World } from './world';
import type { HandlerFactory, Invocation } from './fleet';

/** Senders as they are often written. They show that the harness can tell: both must fail on it. */

/** Keeps no state: a call that did not answer is made again. */
export const retriesOnTimeout =
  (world: World): HandlerFactory =>
  (invocation) =>
    consumerOf(world, invocation, async (message, deadlineMs) => {
      const gateway = invocation.wrap('gateway', world.mailgun.gateway(invocation.clock));
      const { outcome } = await gateway.send(DOMAIN, fieldsFor(message), deadlineMs);
      if (outcome !== 'taken') throw new Error('try again');
      return { disposition: 'done' };
    });

/** Notes a batch as sent before it sends it. */
export function checkpointsBeforeTheCall(world: World): HandlerFactory {
  const done = new Set<string>();
  const checkpoints = { add: (body: string) => Promise.resolve(void done.add(body)) };
  return (invocation) =>
    consumerOf(world, invocation, async (message, deadlineMs) => {
      if (done.has(message.body)) return { disposition: 'done' };
      await invocation.wrap('checkpoints', checkpoints).add(message.body);
      const gateway = invocation.wrap('gateway', world.mailgun.gateway(invocation.clock));
      await gateway.send(DOMAIN, fieldsFor(message), deadlineMs);
      return { disposition: 'done' };
    });
}

function consumerOf(world: World, { clock }: Invocation, sendBatch: SendBatch) {
  const silent = () => undefined;
  return createMessageHandler({
    ...{ sendBatch, clock, chance: world.random },
    queue: { hide: (receipt, seconds) => world.queue.hide(receipt, seconds) },
    log: { info: silent, warn: silent, error: silent },
  });
}

function fieldsFor({ body }: QueuedBatch) {
  const { recipients, batchId } = sendRequestSchema.parse(JSON.parse(body));
  const variables = Object.fromEntries(recipients.map(({ email }) => [email, {}]));
  return {
    'recipient-variables': JSON.stringify(variables),
    'h:Message-Id': `<${batchId}@${DOMAIN}>`,
    'v:batch': batchId,
    'v:path': '/',
  };
}
