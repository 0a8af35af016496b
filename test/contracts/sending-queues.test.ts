import { SendingQueueReader } from '../../lambdas/adapters/mailgun/sending-queue-status';
import { startSimulator, type Simulator } from '../../local/mailgun-simulator/simulator';
import { InMemorySendingQueues } from '../support/fakes/in-memory-sending-queues';
import {
  describeSendingQueues,
  DOMAIN,
  OTHER_DOMAIN,
  type ReadMailgun,
} from './sending-queues.contract';
import { accessToSimulator } from './simulated-mailgun';

const simulators: Simulator[] = [];
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

function inMemory(): Promise<ReadMailgun> {
  const queues = new InMemorySendingQueues();
  return Promise.resolve({
    queues,
    set: (domain, status) => {
      queues.statuses.set(domain, status);
      return Promise.resolve();
    },
    fail: () => {
      for (const domain of [DOMAIN, OTHER_DOMAIN]) queues.statuses.set(domain, undefined);
      return Promise.resolve();
    },
  });
}

async function simulated(): Promise<ReadMailgun> {
  const domains = [DOMAIN, OTHER_DOMAIN];
  const simulator = await startSimulator({ domains });
  simulators.push(simulator);
  return {
    queues: new SendingQueueReader(accessToSimulator(simulator, domains)),
    set: (domain, { disabled, untilMs, reason }) => {
      const queueDisabled = disabled ? { untilMs, reason } : undefined;
      simulator.changeDomain(domain, { queueDisabled });
      return Promise.resolve();
    },
    fail: async () => {
      const fault = { match: { endpoint: 'sending-queues' }, fault: { status: 503 } };
      const body = JSON.stringify(fault);
      await fetch(`${simulator.url}/__simulator/faults`, { method: 'POST', body });
    },
  };
}

describeSendingQueues('in memory', inMemory);

describeSendingQueues('Mailgun', simulated);
