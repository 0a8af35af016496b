import { MailgunWebhookRegistry } from '../../lambdas/adapters/mailgun/mailgun-webhook-registry';
import { startSimulator, type Simulator } from '../../local/mailgun-simulator/simulator';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { InMemoryWebhookRegistry } from '../support/fakes/in-memory-webhook-registry';
import { accessToSimulator } from './simulated-mailgun';
import {
  describeWebhookRegistry,
  DOMAIN,
  OTHER_DOMAIN,
  type AnyRegistry,
} from './webhook-registry.contract';

const simulators: Simulator[] = [];
afterEach(async () => {
  await Promise.all(simulators.splice(0).map((simulator) => simulator.stop()));
});

async function aSimulator(): Promise<Simulator> {
  const simulator = await startSimulator({ domains: [DOMAIN, OTHER_DOMAIN] });
  simulators.push(simulator);
  return simulator;
}

describeWebhookRegistry('in memory', () => {
  const registry = new InMemoryWebhookRegistry([DOMAIN, OTHER_DOMAIN]);
  const fail = () => {
    registry.refusal = 'as ordered';
    return Promise.resolve();
  };
  return Promise.resolve({ registry, fail });
});

describeWebhookRegistry('Mailgun', async (): Promise<AnyRegistry> => {
  const simulator = await aSimulator();
  const domains = [DOMAIN, OTHER_DOMAIN, 'no.example.com'];
  return {
    registry: new MailgunWebhookRegistry(accessToSimulator(simulator, domains)),
    fail: async () => {
      const fault = { match: { endpoint: 'webhooks' }, fault: { status: 503 } };
      const body = JSON.stringify(fault);
      await fetch(`${simulator.url}/__simulator/faults`, { method: 'POST', body });
    },
  };
});

describe('the words of a refusal', () => {
  const URL = 'https://ours.example.com/hooks/secret-segment';

  it('name no URL, which Mailgun quotes', async () => {
    const simulator = await aSimulator();
    const registry = new MailgunWebhookRegistry(accessToSimulator(simulator, [DOMAIN]));
    const hook = { url: URL, events: ['clicked'] as const, known: false };
    await registry.put(DOMAIN, hook, Date.now() + 5_000);

    const refused = await registry.put(DOMAIN, hook, Date.now() + 5_000);

    expect(refused?.refused).toContain("for event type 'clicked' with URL '[url]' already exists");
  });

  it.each([
    ['the placeholder', { default: 'replace-me' }, 'the secret holds no API key yet; run npm run'],
    [
      'another key',
      { default: 'wrong' },
      'Mailgun answered 401 Forbidden (the key is wrong, of the',
    ],
    ['no key', { 'else.example.com': 'k' }, 'the secret holds no API key for it'],
  ])('say what is wrong with a secret that holds %s', async (_what, apiKeys, words) => {
    const simulator = await aSimulator();
    const access = {
      ...accessToSimulator(simulator, [DOMAIN]),
      secrets: new InMemorySecrets({ apiKeys }),
    };
    const registry = new MailgunWebhookRegistry(access);

    const read = await registry.read(DOMAIN, Date.now() + 5_000);

    expect(read).toEqual({ refused: expect.stringContaining(words) as string });
  });

  it('say that nobody answered', async () => {
    const access = { ...accessToSimulator(await aSimulator(), [DOMAIN]) };
    const domains = { [DOMAIN]: { region: 'us' as const, apiBaseUrl: 'http://127.0.0.1:9' } };
    const registry = new MailgunWebhookRegistry({ ...access, domains });

    expect(await registry.read(DOMAIN, Date.now() + 5_000)).toEqual({
      refused: 'no answer from Mailgun (ECONNREFUSED)',
    });
  });
});
