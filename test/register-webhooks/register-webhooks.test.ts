import type { RegistrationStatus } from '../../lambdas/core/webhook/deployment-replies';
import type { ReplyAddress } from '../../lambdas/core/webhook/deployment-request';
import { createRegisterWebhooks } from '../../lambdas/register-webhooks/register-webhooks';
import { InMemoryWebhookLeftovers } from '../support/fakes/in-memory-webhook-leftovers';
import { InMemoryWebhookRegistry } from '../support/fakes/in-memory-webhook-registry';
import { RecordingLog } from '../support/fakes/recording-log';

const SECRET_SEGMENT = 'u-7f3kq';
const OURS = `https://ours.example.com/hooks/${SECRET_SEGMENT}`;
const NEW = 'https://ours.example.com/hooks/new';
const THEIRS = 'https://theirs.example.com';
const A = 'a.example.com';
const B = 'b.example.com';
const HOUR = 3_600_000;

function aFunction({ url = OURS, sleep = () => new Promise<void>(() => undefined) } = {}) {
  const registry = new InMemoryWebhookRegistry([A, B]);
  const leftovers = new InMemoryWebhookLeftovers();
  const log = new RecordingLog();
  const answers: { readonly to: ReplyAddress; readonly status: string }[] = [];
  const run = createRegisterWebhooks({
    registryOf: () => registry,
    leftovers,
    replies: {
      succeed: (to: ReplyAddress, { status }: RegistrationStatus) => {
        answers.push({ to, status });
        return Promise.resolve();
      },
    },
    desired: { url, domains: { [A]: { region: 'us' }, [B]: { region: 'us' } }, events: ['opened'] },
    clock: () => 0,
    log,
    sleep,
  });
  const urls = (domain: string) => registry.domains.get(domain)!.get('opened') ?? [];
  return { run, registry, leftovers, log, answers, urls };
}

const properties = (url: string, ...domains: string[]) => ({
  Url: url,
  Events: ['opened'],
  Domains: JSON.stringify(Object.fromEntries(domains.map((name) => [name, { region: 'us' }]))),
});

const request = (RequestType: string, now: object, before?: object) => ({
  RequestType,
  ResponseURL: 'https://s3.example.com/answer',
  LogicalResourceId: 'Registered',
  ...(RequestType !== 'Create' && { PhysicalResourceId: 'webhooks-Registered' }),
  ResourceProperties: now,
  ...(before && { OldResourceProperties: before }),
});

it('registers upon creation and says so', async () => {
  const { run, answers, urls } = aFunction();

  await run(request('Create', properties(OURS, A, B)), HOUR);

  expect(answers).toMatchObject([
    { status: 'registered', to: { physicalResourceId: 'webhooks-Registered' } },
  ]);
  expect([urls(A), urls(B)]).toEqual([[OURS], [OURS]]);
});

it('replaces the old URL upon an update, and takes it back upon a rollback', async () => {
  const { run, registry, urls } = aFunction();
  registry.domains.get(A)!.set('opened', [THEIRS]);
  await run(request('Create', properties(OURS, A, B)), HOUR);

  await run(request('Update', properties(NEW, A, B), properties(OURS, A, B)), HOUR);
  expect([urls(A), urls(B)]).toEqual([[THEIRS, NEW], [NEW]]);

  await run(request('Update', properties(OURS, A, B), properties(NEW, A, B)), HOUR);
  expect([urls(A), urls(B)]).toEqual([[THEIRS, OURS], [OURS]]);
});

it('replaces the old URL where others leave no room for both, and is registered at once', async () => {
  const { run, registry, answers, urls } = aFunction();
  registry.domains.get(A)!.set('opened', [THEIRS, 'https://others.example.com']);
  await run(request('Create', properties(OURS, A, B)), HOUR);

  await run(request('Update', properties(NEW, A, B), properties(OURS, A, B)), HOUR);

  expect(urls(A)).toEqual([THEIRS, 'https://others.example.com', NEW]);
  expect(answers.at(-1)?.status).toBe('registered');
});

it('removes ours from a domain that left the configuration', async () => {
  const { run, registry, urls } = aFunction();
  await run(request('Create', properties(OURS, A, B)), HOUR);
  registry.domains.get(B)!.set('opened', [OURS, THEIRS]);

  await run(request('Update', properties(OURS, A), properties(OURS, A, B)), HOUR);

  expect([urls(A), urls(B)]).toEqual([[OURS], [THEIRS]]);
});

it('removes only its own upon deletion, also of a resource that was never created', async () => {
  const { run, registry, answers, urls } = aFunction();
  await run(request('Create', properties(OURS, A, B)), HOUR);
  registry.domains.get(A)!.set('opened', [THEIRS, OURS]);

  await run(request('Delete', properties(OURS, A, B)), HOUR);
  await run(request('Delete', properties(OURS, A, B)), HOUR);

  expect([urls(A), urls(B)]).toEqual([[THEIRS], []]);
  expect(answers.map(({ status }) => status)).toEqual(['registered', 'removed', 'removed']);
});

it.each(['Create', 'Update', 'Delete'])('answers a %s while Mailgun is down', async (type) => {
  const { run, registry, answers, log } = aFunction();
  registry.refusal = 'no answer from Mailgun (ECONNREFUSED)';

  await run(request(type, properties(OURS, A)), HOUR);

  expect(answers).toHaveLength(1);
  expect(answers[0]!.status).toMatch(/^not (registered|removed): a\.example\.com: could not read/);
  expect(log.lines.map(({ fields }) => fields.code)).toEqual([
    type === 'Delete' ? 'webhook-not-removed' : 'webhooks-not-registered',
  ]);
});

it('answers a request whose properties nobody can read', async () => {
  const { run, answers } = aFunction();

  await run(request('Create', { Url: 7 }), HOUR);
  await run(request('Delete', {}), HOUR);

  expect(answers.map(({ status }) => status)).toEqual([
    'not registered: the properties of the resource are malformed',
    'removed',
  ]);
});

it('answers before its time is up, whatever hangs', async () => {
  const waits: number[] = [];
  const { run, registry, answers } = aFunction({
    sleep: (ms?: number) => {
      waits.push(ms ?? -1);
      return Promise.resolve();
    },
  });
  jest.spyOn(registry, 'read').mockReturnValue(new Promise(() => undefined));

  await run(request('Create', properties(OURS, A)), 120_000);

  expect(waits).toEqual([100_000]);
  expect(answers).toMatchObject([
    { status: expect.stringMatching(/^not known: no time/) as string },
  ]);
});

it('answers when the store fails, and names nothing of the fault', async () => {
  const { run, registry, leftovers, answers, log } = aFunction();
  registry.refusal = 'down';
  leftovers.fault = new Error(`about ${OURS}`);

  await run(request('Update', properties(OURS, A), properties(OURS, A, B)), HOUR);

  expect(answers[0]!.status).toMatch(/^not registered: a fault of ours/);
  expect(JSON.stringify([answers, log.lines])).not.toContain(`about ${OURS}`);
});

it('completes on schedule what a deployment could not, the removals too', async () => {
  const { run, registry, leftovers, urls } = aFunction({ url: NEW });
  await run(request('Create', properties(OURS, A, B)), HOUR);
  registry.refusal = '401 Forbidden';
  await run(request('Update', properties(NEW, A, B), properties(OURS, A, B)), HOUR);
  await run({ source: 'aws.events' }, HOUR);
  expect(urls(A)).toEqual([OURS]);
  expect(await leftovers.open()).toHaveLength(2);

  registry.refusal = undefined;
  await run({ source: 'aws.events' }, HOUR);

  expect([urls(A), urls(B)]).toEqual([[NEW], [NEW]]);
  expect(await leftovers.open()).toEqual([]);
});

it('does not remove on schedule what is wanted again', async () => {
  const { run, registry, leftovers, urls } = aFunction({ url: OURS });
  await run(request('Create', properties(OURS, A, B)), HOUR);
  registry.refusal = 'down';
  await run(request('Update', properties(NEW, A, B), properties(OURS, A, B)), HOUR);
  registry.refusal = undefined;
  await run(request('Update', properties(OURS, A, B), properties(NEW, A, B)), HOUR);

  await run({ source: 'aws.events' }, HOUR);

  expect([urls(A), urls(B)]).toEqual([[OURS], [OURS]]);
  expect(await leftovers.open()).toEqual([]);
});

it('logs no URL', async () => {
  const { run, registry, log, answers } = aFunction();
  registry.domains.get(A)!.set('opened', ['https://1', 'https://2', 'https://3']);
  await run(request('Create', properties(OURS, A, B)), HOUR);
  await run(request('Delete', properties(OURS, A, B)), HOUR);
  await run({}, HOUR);

  expect(log.lines.length).toBeGreaterThan(3);
  expect(JSON.stringify([log.lines, answers.map(({ status }) => status)])).not.toContain('https');
});
