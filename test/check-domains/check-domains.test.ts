import { createCheckDomains } from '../../lambdas/check-domains/check-domains';
import type { DomainHealth, Finding } from '../../lambdas/core/domain-health/finding';
import { InMemoryControls } from '../support/fakes/in-memory-controls';
import { InMemoryDomainHealths } from '../support/fakes/in-memory-domain-healths';
import { RecordingLog } from '../support/fakes/recording-log';
import { RecordingNotifier } from '../support/fakes/recording-notifier';

const DOMAIN = 'mg.example.com';
const error: Finding = { code: 'domain-unverified', severity: 'error', message: 'not verified' };
const unread: Finding = { code: 'state-unread', severity: 'unknown', message: '503' };
const well = { canSend: 'yes', findings: [] } as const;
const ill = { canSend: 'no', findings: [error] } as const;
const unseen = { canSend: 'unknown', findings: [unread] } as const;

function aDoctor({ blocks = true } = {}) {
  const controls = new InMemoryControls();
  const healths = new InMemoryDomainHealths();
  const notifier = new RecordingNotifier();
  const log = new RecordingLog();
  const releases: unknown[] = [];
  let now = 0;
  const run = async (found: Pick<DomainHealth, 'canSend' | 'findings'>) => {
    now += 1;
    await createCheckDomains({
      ...{ domains: [DOMAIN], healths, controls, blocks, notifier, log, clock: () => now },
      examine: (domain) => Promise.resolve({ domain, atMs: now, ...found }),
      releases: {
        request: (scope) => {
          releases.push(scope);
          return Promise.resolve();
        },
      },
    })();
  };
  const standing = async () => (await controls.domain(DOMAIN)).standing;
  const types = () => notifier.notifications.map(({ type }) => type);
  return { run, controls, healths, log, releases, standing, types };
}

it('blocks what Mailgun does not let send, and unblocks and releases it once it does', async () => {
  const { run, releases, standing, types } = aDoctor();

  await run(ill);
  await run(ill);
  expect(await standing()).toBe('blocked');
  await run(well);
  await run(well);

  expect(await standing()).toBe('active');
  expect(releases).toEqual([{ scope: 'domain', domain: DOMAIN }]);
  expect(types()).toEqual([
    'domain.blocked',
    'domain.unhealthy',
    'domain.released',
    'domain.healthy',
  ]);
});

it('never unblocks what somebody else blocked', async () => {
  const { run, controls, releases, standing } = aDoctor();
  await controls.blockDomain(DOMAIN, { reason: 'r', actor: 'ops', atMs: 1 });

  await run(ill);
  await run(well);

  expect(await standing()).toBe('blocked');
  expect(releases).toEqual([]);
});

it('changes nothing by what nobody could read, and says nothing', async () => {
  const { run, standing, types } = aDoctor();

  await run(unseen);
  expect(await standing()).toBe('active');
  await run(ill);
  await run(unseen);

  expect(await standing()).toBe('blocked');
  expect(types()).toEqual(['domain.blocked', 'domain.unhealthy']);
});

it('blocks nothing where it may not, and tells nevertheless', async () => {
  const { run, standing, types } = aDoctor({ blocks: false });

  await run(ill);

  expect(await standing()).toBe('active');
  expect(types()).toEqual(['domain.unhealthy']);
});

it('keeps what it found, and logs one line a domain', async () => {
  const { run, healths, log } = aDoctor();

  await run(ill);

  expect(await healths.read(DOMAIN)).toMatchObject({ health: ill, told: ['domain-unverified'] });
  expect(log.withCode('domain-examined')).toMatchObject([
    { level: 'warn', fields: { findings: ['error domain-unverified'] } },
  ]);
});

it('fails when the store does, so that it is run again', async () => {
  const { run, controls } = aDoctor();
  controls.fault = new Error('down');

  await expect(run(ill)).rejects.toThrow('down');
});
