import * as fc from 'fast-check';
import { readDeploymentRequest } from '../../../lambdas/core/webhook/deployment-request';
import { planRegistration } from '../../../lambdas/core/webhook/plan-registration';
import {
  registerWebhooks,
  unregisterWebhook,
} from '../../../lambdas/core/webhook/reconcile-webhooks';
import { WEBHOOK_EVENTS } from '../../../lambdas/core/webhook/webhook-registry';
import { InMemoryWebhookRegistry } from '../../support/fakes/in-memory-webhook-registry';

const OURS = 'https://ours.example.com/hooks';
const DOMAIN = 'mg.example.com';
const full = ['https://a', 'https://b', 'https://c'];

describe('a plan', () => {
  it.each([
    ['nothing registered', {}, { events: ['opened', 'clicked'], known: false }, []],
    [
      'others registered',
      { opened: ['https://a'] },
      { events: ['opened', 'clicked'], known: false },
      [],
    ],
    ['a part of ours', { opened: [OURS] }, { events: ['opened', 'clicked'], known: true }, []],
    ['all of ours', { opened: [OURS], clicked: ['https://a', OURS] }, undefined, []],
    [
      'more than ours',
      { opened: [OURS], clicked: [OURS], delivered: [OURS] },
      { events: ['opened', 'clicked'], known: true },
      [],
    ],
    ['one full', { opened: full }, { events: ['clicked'], known: false }, ['opened']],
    ['all full', { opened: full, clicked: full }, undefined, ['opened', 'clicked']],
    [
      'full, ours among them',
      { opened: ['https://a', 'https://b', OURS], clicked: [OURS] },
      undefined,
      [],
    ],
    [
      'full, ours elsewhere only',
      { opened: full, clicked: full, delivered: [OURS] },
      { events: [], known: true },
      ['opened', 'clicked'],
    ],
  ])('with %s', (_what, registered, put, fullEvents) => {
    expect(planRegistration(registered, OURS, ['opened', 'clicked'])).toEqual({
      put,
      full: fullEvents,
    });
  });
});

describe('registering', () => {
  const aReconciling = (registry = new InMemoryWebhookRegistry([DOMAIN, 'b.example.com'])) => ({
    registry,
    clock: () => 0,
    deadlineMs: 1,
  });
  const wanted = { url: OURS, events: WEBHOOK_EVENTS, domains: [DOMAIN, 'b.example.com'] };

  it('registers every event of every domain, and changes nothing when made again', async () => {
    const reconciling = aReconciling();

    const outcomes = await registerWebhooks(reconciling, wanted);
    await registerWebhooks(reconciling, wanted);

    expect(outcomes).toEqual(wanted.domains.map((domain) => ({ domain, problems: [] })));
    for (const domain of wanted.domains) {
      const urls = reconciling.registry.domains.get(domain)!;
      expect([...urls.keys()].sort()).toEqual([...WEBHOOK_EVENTS].sort());
    }
    expect(reconciling.registry.writes).toBe(2);
  });

  it('never drops a URL of others, whatever is registered', async () => {
    const urls = fc.uniqueArray(fc.constantFrom(OURS, ...full, 'https://d'), { maxLength: 3 });
    const registered = fc.dictionary(fc.constantFrom(...WEBHOOK_EVENTS), urls);
    await fc.assert(
      fc.asyncProperty(
        registered,
        fc.subarray([...WEBHOOK_EVENTS], { minLength: 1 }),
        async (before, events) => {
          const registry = new InMemoryWebhookRegistry([DOMAIN]);
          const state = registry.domains.get(DOMAIN)!;
          for (const event of WEBHOOK_EVENTS) {
            if ((before[event] ?? []).length > 0) state.set(event, before[event]!);
          }
          await registerWebhooks(aReconciling(registry), { url: OURS, events, domains: [DOMAIN] });

          for (const event of WEBHOOK_EVENTS) {
            const others = (before[event] ?? []).filter((url) => url !== OURS);
            const now = state.get(event) ?? [];
            expect(now.filter((url) => url !== OURS).sort()).toEqual(others.sort());
            expect(now.length).toBeLessThanOrEqual(3);
            expect(now.includes(OURS)).toBe(events.includes(event) && others.length < 3);
          }
        },
      ),
    );
  });

  it('names the event and the domain that are full', async () => {
    const reconciling = aReconciling();
    reconciling.registry.domains.get(DOMAIN)!.set('clicked', full);

    const [outcome] = await registerWebhooks(reconciling, wanted);

    expect(outcome!.problems).toEqual([
      'clicked: 3 URLs of others are registered on mg.example.com, which is all that Mailgun takes; remove one of them',
    ]);
    expect(reconciling.registry.domains.get(DOMAIN)!.get('clicked')).toEqual(full);
  });

  it('removes ours where every wanted event is full', async () => {
    const reconciling = aReconciling();
    const state = reconciling.registry.domains.get(DOMAIN)!;
    state.set('clicked', full);
    state.set('opened', [OURS]);

    await registerWebhooks(reconciling, { ...wanted, events: ['clicked'], domains: [DOMAIN] });

    expect(Object.fromEntries(state)).toEqual({ clicked: full });
  });

  it('goes on with the other domains when one is refused', async () => {
    const registry = new InMemoryWebhookRegistry(['b.example.com']);

    const outcomes = await registerWebhooks(aReconciling(registry), wanted);

    expect(outcomes).toEqual([
      { domain: DOMAIN, problems: ['could not read what is registered: Domain not found'] },
      { domain: 'b.example.com', problems: [] },
    ]);
  });

  it('says what could not be written', async () => {
    const registry = new InMemoryWebhookRegistry([DOMAIN]);
    jest.spyOn(registry, 'put').mockResolvedValue({ refused: 'Mailgun answered 500' });

    const [outcome] = await registerWebhooks(aReconciling(registry), {
      ...{ url: OURS, events: ['opened', 'clicked'], domains: [DOMAIN] },
    });

    expect(outcome!.problems).toEqual(['could not register opened, clicked: Mailgun answered 500']);
  });

  it('begins no call after its deadline', async () => {
    const registry = new InMemoryWebhookRegistry([DOMAIN]);
    const times = [0, 0, 5];
    const reconciling = { registry, clock: () => times.shift() ?? 5, deadlineMs: 5 };

    const outcomes = await registerWebhooks(reconciling, wanted);
    const removal = await unregisterWebhook(reconciling, { domain: DOMAIN, url: OURS });

    expect(registry.writes).toBe(0);
    expect(outcomes.map(({ problems }) => problems)).toEqual([
      ['no time was left for it'],
      ['no time was left for it'],
    ]);
    expect(removal).toBe('no time was left for it');
  });
});

describe('removing', () => {
  const remove = (registry: InMemoryWebhookRegistry, times: number[] = []) =>
    unregisterWebhook(
      { registry, clock: () => times.shift() ?? 0, deadlineMs: 1 },
      { domain: DOMAIN, url: OURS },
    );

  it('removes ours alone, and asks for nothing where there is nothing', async () => {
    const registry = new InMemoryWebhookRegistry([DOMAIN]);
    registry.domains.get(DOMAIN)!.set('opened', ['https://a', OURS]);

    expect([await remove(registry), await remove(registry)]).toEqual([undefined, undefined]);
    expect(Object.fromEntries(registry.domains.get(DOMAIN)!)).toEqual({ opened: ['https://a'] });
    expect(registry.writes).toBe(1);
  });

  it('has nothing to do where Mailgun does not know the domain', async () => {
    expect(await remove(new InMemoryWebhookRegistry([]))).toBeUndefined();
  });

  it('says why it may still be there', async () => {
    const registry = new InMemoryWebhookRegistry([DOMAIN]);
    registry.domains.get(DOMAIN)!.set('opened', [OURS]);
    expect(await remove(registry, [0, 0, 1])).toBe('no time was left for it');
    const removing = jest.spyOn(registry, 'remove').mockResolvedValue({ refused: 'no' });
    expect(await remove(registry)).toBe('could not remove a URL: no');
    removing.mockRestore();
    registry.refusal = 'down';
    expect(await remove(registry)).toBe('could not read what is registered: down');
  });
});

describe('a request of CloudFormation', () => {
  const properties = {
    Url: OURS,
    Domains: '{"mg.example.com":{"region":"eu"}}',
    Events: ['opened'],
  };
  const request = {
    RequestType: 'Create',
    ResponseURL: 'https://s3/answer',
    StackId: 's',
    RequestId: 'r',
    LogicalResourceId: 'Registered',
    ResourceProperties: { ServiceToken: 'arn', ...properties },
  };

  it('is read, with a physical id that never changes', () => {
    expect(readDeploymentRequest(request)).toEqual({
      type: 'Create',
      desired: { url: OURS, domains: { [DOMAIN]: { region: 'eu' } }, events: ['opened'] },
      previous: undefined,
      reply: {
        ...{ url: 'https://s3/answer', stackId: 's', requestId: 'r' },
        ...{ logicalResourceId: 'Registered', physicalResourceId: 'webhooks-Registered' },
      },
    });
    expect(
      readDeploymentRequest({ ...request, RequestType: 'Delete', PhysicalResourceId: 'p' })?.reply,
    ).toMatchObject({ physicalResourceId: 'p' });
  });

  it('is answered also where its properties are malformed', () => {
    for (const broken of [
      undefined,
      { ...properties, Url: 1 },
      { ...properties, Domains: '{' },
      { ...properties, Domains: '[]' },
      { ...properties, Domains: 7 },
      { ...properties, Domains: '{"a.example.com":{"region":"mars"}}' },
      { ...properties, Events: 'opened' },
    ]) {
      const read = readDeploymentRequest({ ...request, ResourceProperties: broken });
      expect(read).toMatchObject({ type: 'Create', desired: undefined });
    }
    const bare = readDeploymentRequest({ RequestType: 'Update', ResponseURL: 'https://s3' });
    expect(bare?.reply).toEqual({
      ...{ url: 'https://s3', stackId: '', requestId: '', logicalResourceId: '' },
      physicalResourceId: 'webhooks-',
    });
  });

  it('says how a domain is reached that has a URL of its own', () => {
    const Domains = '{"mg.example.com":{"region":"us","apiBaseUrl":"http://localhost:1"}}';
    const read = readDeploymentRequest({
      ...request,
      OldResourceProperties: { ...properties, Domains },
    });

    expect(read?.previous?.domains).toEqual({
      [DOMAIN]: { region: 'us', apiBaseUrl: 'http://localhost:1' },
    });
  });

  it.each([
    undefined,
    null,
    'x',
    [],
    {},
    { ...request, RequestType: 'Read' },
    { ...request, ResponseURL: '' },
  ])('is none: %j', (event) => {
    expect(readDeploymentRequest(event)).toBeUndefined();
  });
});
