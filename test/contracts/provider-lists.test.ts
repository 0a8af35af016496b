import { MailgunLists } from '../../lambdas/adapters/mailgun/mailgun-lists';
import { startSimulator, type Simulator } from '../../local/mailgun-simulator/simulator';
import { InMemoryProviderLists } from '../support/fakes/in-memory-provider-lists';
import {
  CREATED_AT_MS,
  describeProviderLists,
  DOMAIN,
  type ListedMailgun,
} from './provider-lists.contract';
import { accessToSimulator } from './simulated-mailgun';

const simulators: Simulator[] = [];
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

function inMemory(): Promise<ListedMailgun> {
  const lists = new InMemoryProviderLists();
  const refused = { result: 'unreadable', reason: '403' } as const;
  return Promise.resolve({
    lists,
    put: (reason, address, tags) => {
      const scope = tags?.includes('*') === true ? undefined : tags;
      lists.put(reason, address, CREATED_AT_MS, scope);
      return Promise.resolve();
    },
    allow: (value) => {
      lists.allowed.add(value);
      return Promise.resolve();
    },
    limitUntil: (untilMs) => {
      lists.next.push({ result: 'later', untilMs, reason: '429' });
      return Promise.resolve();
    },
    forbid: (reason) => {
      lists.refused.set(reason, refused);
      return Promise.resolve();
    },
  });
}

const PATHS = { bounce: 'bounces', complaint: 'complaints', unsubscribe: 'unsubscribes' } as const;

async function simulated(): Promise<ListedMailgun> {
  const simulator = await startSimulator({ domains: [DOMAIN] });
  simulators.push(simulator);
  const { url, apiKey } = simulator;
  const post = async (list: string, fields: readonly (readonly [string, string])[]) => {
    const body = new FormData();
    for (const [name, value] of fields) body.append(name, value);
    const authorization = `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`;
    const path = `${url}/v3/${DOMAIN}/${list}`;
    const response = await fetch(path, { method: 'POST', body, headers: { authorization } });
    expect(response.status).toBe(200);
  };
  const fault = async (match: object, what: object, count?: number) => {
    const body = JSON.stringify({ match, fault: what, ...(count !== undefined && { count }) });
    expect((await fetch(`${url}/__simulator/faults`, { method: 'POST', body })).status).toBe(200);
  };
  return {
    lists: new MailgunLists(accessToSimulator(simulator, [DOMAIN])),
    put: (reason, address, tags = []) =>
      post(PATHS[reason], [
        ['address', address],
        ['created_at', new Date(CREATED_AT_MS).toUTCString()],
        ...tags.map((tag) => ['tags', tag] as const),
      ]),
    allow: (value) => post('whitelists', [[value.includes('@') ? 'address' : 'domain', value]]),
    limitUntil: (untilMs) => {
      const date = new Date(untilMs).toUTCString().replace('GMT', 'UTC');
      const message = `Domain ${DOMAIN}: request limit exceeded, try again after ${date}`;
      return fault({ endpoint: 'bounces' }, { status: 429, body: { message } }, 1);
    },
    forbid: (reason) => fault({ endpoint: PATHS[reason] }, { status: 403 }),
  };
}

describeProviderLists('in memory', inMemory);

describeProviderLists('Mailgun', simulated);
