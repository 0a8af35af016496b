import { randomUUID } from 'node:crypto';
import { EventsApiLog } from '../../lambdas/adapters/mailgun/events-api-log';
import { LogsApiLog } from '../../lambdas/adapters/mailgun/logs-api-log';
import type { MailgunAccess } from '../../lambdas/adapters/mailgun/mailgun-access';
import { Transport } from '../../lambdas/adapters/mailgun/transport';
import type { EventLog } from '../../lambdas/core/reconciliation/event-log';
import { startSimulator, type Simulator } from '../../local/mailgun-simulator/simulator';
import { InMemoryEventLog } from '../support/fakes/in-memory-event-log';
import { describeEventLog, DOMAIN, type RecordedMailgun } from './event-log.contract';
import { accessToSimulator } from './simulated-mailgun';

const simulators: Simulator[] = [];
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

const peopleOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `person${index}@example.com`);

function inMemory(): Promise<RecordedMailgun> {
  const log = new InMemoryEventLog();
  log.pageSize = 100;
  return Promise.resolve({
    log,
    send: (recipients) => {
      const messageId = `${randomUUID()}@${DOMAIN}`;
      for (const recipient of peopleOf(recipients)) {
        for (const event of ['delivered', 'opened']) {
          log.events.push({
            ...{ event, recipient, timestamp: Date.now() / 1000 },
            message: { headers: { 'message-id': messageId } },
            'user-variables': { batch: 'acme/spring/1' },
          });
        }
      }
      return Promise.resolve(messageId);
    },
    forbidEvents: () => {
      log.next.push({ result: 'unreadable', reason: 'forbidden' });
      return Promise.resolve();
    },
    limitUntil: (untilMs) => {
      log.next.push({ result: 'later', untilMs, reason: 'limit' });
      return Promise.resolve();
    },
    fail: () => {
      log.next.push({ result: 'later', untilMs: undefined, reason: 'fault' });
      return Promise.resolve();
    },
  });
}

const simulated =
  (endpoint: string, logOn: (access: MailgunAccess) => EventLog) =>
  async (): Promise<RecordedMailgun> => {
    const nobodyElse = { bounced: 0, bouncedLate: 0, blocked: 0, refusedByPolicy: 0, tooOld: 0 };
    const no = { ...nobodyElse, refusedByBlockList: 0, mailboxFull: 0, deferred: 0, clicked: 0 };
    const never = { clickedByMachine: 0, complained: 0, unsubscribed: 0, openedByMachine: 0 };
    const simulator = await startSimulator({
      ...{ domains: [DOMAIN], eventsDelayMs: 0, timeScale: 1e9 },
      rates: { ...no, ...never, opened: 1 },
    });
    simulators.push(simulator);
    const access = accessToSimulator(simulator, [DOMAIN]);
    const transport = new Transport({ maxResponseBytes: 8_388_608 });
    const script = async (fault: object, count?: number) => {
      const body = JSON.stringify({ match: { endpoint }, fault, ...(count && { count }) });
      const url = `${simulator.url}/__simulator/faults`;
      expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
    };
    return {
      log: logOn({ ...access, transport }),
      send: (recipients) => send(simulator, recipients),
      forbidEvents: () => script({ status: 403, body: { message: 'Forbidden' } }),
      limitUntil: (untilMs) => {
        const date = new Date(untilMs).toUTCString().replace('GMT', 'UTC');
        const message = `request limit exceeded, try again after ${date}`;
        return script({ status: 429, body: { message } }, 1);
      },
      fail: () => script({ status: 502, body: '<html>' }, 1),
    };
  };

async function send(simulator: Simulator, recipients: number): Promise<string> {
  const { url, apiKey } = simulator;
  const people = peopleOf(recipients);
  const form = new FormData();
  const fields = {
    ...{ from: `news@${DOMAIN}`, to: people.join(', '), subject: 'Hi', html: '<p>Hi</p>' },
    'recipient-variables': JSON.stringify(Object.fromEntries(people.map((who) => [who, {}]))),
    ...{ 'v:batch': 'acme/spring/1', 'o:tracking-opens': 'yes' },
  };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
  const response = await fetch(`${url}/v3/${DOMAIN}/messages`, {
    ...{ method: 'POST', body: form, headers: { authorization } },
  });
  const { id } = (await response.json()) as { readonly id: string };
  while (!simulator.idle()) await new Promise((resolve) => setTimeout(resolve, 20));
  return id.slice(1, -1);
}

describeEventLog('in memory', inMemory);

describeEventLog(
  "Mailgun's events API",
  simulated('events', (access) => new EventsApiLog(access)),
);

describeEventLog(
  "Mailgun's logs API",
  simulated('logs', (access) => new LogsApiLog(access)),
);
