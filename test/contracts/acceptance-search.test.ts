import { randomUUID } from 'node:crypto';
import { EventsSearch } from '../../lambdas/adapters/mailgun/events-search';
import { correlationVariables } from '../../lambdas/core/submission/correlation';
import { startSimulator, type Simulator } from '../../local/mailgun-simulator/simulator';
import {
  InMemoryAcceptanceSearch,
  type TakenMessage,
} from '../support/fakes/in-memory-acceptance-search';
import {
  describeAcceptanceSearch,
  DOMAIN,
  OTHER_DOMAIN,
  type SearchedMailgun,
} from './acceptance-search.contract';
import { accessToSimulator } from './simulated-mailgun';

const simulators: Simulator[] = [];
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

function inMemory(): Promise<SearchedMailgun> {
  const search = new InMemoryAcceptanceSearch();
  return Promise.resolve({
    search,
    take: (message, honoursId) => {
      const messageId = honoursId ? message.messageId : `${randomUUID()}@${message.domain}`;
      search.taken.push({ ...message, messageId });
      return Promise.resolve(messageId);
    },
    forbidEvents: () => {
      search.instead = { result: 'unreadable', reason: 'forbidden' };
      return Promise.resolve();
    },
    limitUntil: (untilMs) => {
      search.next.push({ result: 'later', untilMs, reason: 'limit' });
      return Promise.resolve();
    },
    fail: () => {
      search.next.push({ result: 'later', untilMs: undefined, reason: 'fault' });
      return Promise.resolve();
    },
  });
}

async function simulated(): Promise<SearchedMailgun> {
  const domains = [DOMAIN, OTHER_DOMAIN];
  const simulator = await startSimulator({ domains, eventsDelayMs: 0 });
  simulators.push(simulator);
  const access = accessToSimulator(simulator, domains);
  const { recipientPepper } = await access.secrets.current();
  const script = (fault: object) => addFault(simulator, fault);
  return {
    search: new EventsSearch(access),
    take: async (message, honoursId) => {
      simulator.changeDomain(message.domain, { ownMessageIds: !honoursId });
      return send(simulator, message, recipientPepper);
    },
    forbidEvents: () => {
      simulator.changeDomain(DOMAIN, { eventsRefused: 403 });
      return Promise.resolve();
    },
    limitUntil: (untilMs) => {
      const date = new Date(untilMs).toUTCString().replace('GMT', 'UTC');
      const message = `Domain ${DOMAIN}: request limit exceeded, try again after ${date}`;
      return script({ status: 429, body: { message } });
    },
    fail: () => script({ status: 500 }),
  };
}

async function addFault({ url }: Simulator, fault: object): Promise<void> {
  const body = JSON.stringify({ match: { endpoint: 'events' }, count: 1, fault });
  expect((await fetch(`${url}/__simulator/faults`, { method: 'POST', body })).status).toBe(200);
}

/** Sends as the worker does, as far as Mailgun's events show it. */
async function send(
  { url, apiKey }: Simulator,
  { domain, submission, messageId, recipients }: TakenMessage,
  pepper: string,
): Promise<string> {
  const form = new FormData();
  const variables = Object.fromEntries(recipients.map((address) => [address, {}]));
  const fields = {
    ...{ from: `news@${domain}`, to: recipients.join(', '), subject: 'Hi', text: 'Hi' },
    'recipient-variables': JSON.stringify(variables),
    'h:Message-Id': `<${messageId}>`,
  };
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [name, value] of Object.entries(correlationVariables(pepper, submission))) {
    form.append(`v:${name}`, String(value));
  }
  const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
  const response = await fetch(`${url}/v3/${domain}/messages`, {
    ...{ method: 'POST', body: form, headers: { authorization } },
  });
  const { id } = (await response.json()) as { readonly id: string };
  return id.slice(1, -1);
}

describeAcceptanceSearch('in memory', inMemory);

describeAcceptanceSearch('Mailgun', simulated);

describe('acceptance search: what Mailgun does to events', () => {
  const PEPPER = 'test-recipient-pepper';
  const message: TakenMessage = {
    domain: DOMAIN,
    submission: { accountId: 'acme', campaignId: 'spring', batchId: '1', path: '/' },
    messageId: 'abc@mg.example.com',
    recipients: ['ada@example.com'],
  };

  async function taken() {
    const simulator = await startSimulator({ domains: [DOMAIN], eventsDelayMs: 0 });
    simulators.push(simulator);
    await send(simulator, message, PEPPER);
    const eventsSearch = new EventsSearch(accessToSimulator(simulator, [DOMAIN]));
    const doubt = {
      ...{ submission: message.submission, messageId: message.messageId },
      ...{ recipient: message.recipients[0], fromMs: Date.now() - 1_000, toMs: Date.now() },
    };
    const search = () => eventsSearch.search(DOMAIN, doubt, Date.now() + 10_000);
    return { simulator, search };
  }

  it('is absent while events are late, and found when they came', async () => {
    const { simulator, search } = await taken();
    simulator.changeDomain(DOMAIN, { eventsDelayMs: 3_600_000 });

    expect(await search()).toEqual({ result: 'absent' });
    simulator.changeDomain(DOMAIN, { eventsDelayMs: 0 });

    expect(await search()).toEqual({ result: 'found', messageId: message.messageId });
  });

  it('is absent when events are no longer kept', async () => {
    const { simulator, search } = await taken();
    simulator.changeDomain(DOMAIN, { eventsKeptMs: 0 });

    expect(await search()).toEqual({ result: 'absent' });
  });

  it.each([401, 403] as const)(
    'is unreadable with a key that may only send: %i',
    async (status) => {
      const { simulator, search } = await taken();
      simulator.changeDomain(DOMAIN, { eventsRefused: status });

      expect(await search()).toMatchObject({ result: 'unreadable' });
    },
  );
});
