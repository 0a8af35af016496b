import { checkConfiguration, selectStage } from '../../../lib/config/check-configuration';
import { InvalidConfigurationError } from '../../../lib/config/invalid-configuration-error';
import { aConfiguration, narrowedWebhooks } from '../deployment';

/** Problems with a configuration that type checks may not have stopped. */
function problemsWith(wrong: Record<string, unknown>): readonly string[] {
  try {
    checkConfiguration({ ...aConfiguration(), ...wrong });
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigurationError) return error.problems;
    throw error;
  }
}

const withDomain = (domain: unknown) => ({ domains: { 'mg.example.com': domain } });
const withHostedZone = (wrong: object) => {
  const { domain } = narrowedWebhooks;
  const hostedZone = { ...domain.hostedZone, ...wrong };
  return { webhooks: { domain: { ...domain, hostedZone } } };
};
const HERE = 'configuration.domains["mg.example.com"]';
const LOG_DAYS =
  '1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653';
const KEYS =
  'are "aws", "own" and ARNs of keys such as arn:aws:kms:eu-west-1:111122223333:key/<key id>';

it('fills in every default', () => {
  expect(checkConfiguration(aConfiguration())).toEqual({
    stage: 'test',
    development: false,
    domains: {
      'mg.example.com': {
        region: 'us',
        maxTags: 3,
        maxScheduleAheadHours: 72,
        eventsKeptHours: 24,
        recipientsPerSecond: 1_000,
      },
    },
    onUnknownOutcome: 'verify',
    onUnreadableEvents: 'hold',
    reconciliation: { enabled: true, source: 'events', afterMinutes: [60, 540, 1_380] },
    eventsTrustedAfterMinutes: 30,
    breaker: {
      windowSeconds: 60,
      minimumFaults: 10,
      faultRate: 0.5,
      coolDownSeconds: 30,
      longestCoolDownSeconds: 900,
    },
    guard: {
      enabled: true,
      bounce: {
        short: { warn: 0.05, pause: 0.1, minimumRecipients: 200, minimumEvents: 20 },
        long: { warn: 0.025, pause: 0.05, minimumRecipients: 1_000, minimumEvents: 50 },
      },
      complaint: {
        short: { warn: 0.005, pause: 0.01, minimumRecipients: 200, minimumEvents: 5 },
        long: { warn: 0.001, pause: 0.003, minimumRecipients: 1_000, minimumEvents: 10 },
      },
      pausesUntilSuspended: 3,
    },
    release: { batchesPerSecond: 10 },
    suppressions: { syncHours: 24 },
    concurrency: { sender: 3, recorder: 3, reconciler: 2 },
    webhooks: {
      maxAgeSeconds: 32_400,
      maxAheadSeconds: 300,
      requestsPerSecond: 5_000,
      sourceNetworks: [],
      ingress: 'http',
      register: true,
      skippedEvents: [],
    },
    doctor: { enabled: true, everyHours: 6, blocks: true },
    retention: { recordsDays: 90, eventsDays: 30, parkedDays: 76, logDays: 30 },
    encryption: { key: 'aws' },
    rollout: {},
    events: { machineWithinSeconds: 3 },
    notifications: { deliveryEvents: false, emails: [] },
    operations: { emails: [], runbookUrl: 'docs/runbook.md', dashboard: true, tracing: false },
  });
});

it.each<[string, Record<string, unknown>]>([
  [
    'configuration.stage: received nothing, allowed are 1 to 20 of a-z 0-9 -, a letter first',
    { stage: undefined },
  ],
  [
    'configuration.stage: received "Prod", allowed are 1 to 20 of a-z 0-9 -, a letter first',
    { stage: 'Prod' },
  ],
  ['configuration.development: received "no", allowed are true and false', { development: 'no' }],
  ['configuration.domains: received nothing, allowed are objects', { domains: undefined }],
  ['configuration.domains: received a list, allowed are objects', { domains: [] }],
  ['configuration.domains: received no entries, allowed are one or more', { domains: {} }],
  [
    'configuration.domains["MG.example.com"]: unknown name, allowed are lower-case domain names',
    { domains: { 'MG.example.com': { region: 'us' } } },
  ],
  [`${HERE}: received null, allowed are objects`, withDomain(null)],
  [`${HERE}.region: received "mars", allowed are "us" and "eu"`, withDomain({ region: 'mars' })],
  [`${HERE}.region: received nothing, allowed are "us" and "eu"`, withDomain({})],
  [
    `${HERE}.apiBaseUrl: received "api.example.com", allowed are http and https URLs without query or trailing slash`,
    withDomain({ region: 'us', apiBaseUrl: 'api.example.com' }),
  ],
  [
    `${HERE}.apiBaseUrl: received "https://api.example.com/", allowed are http and https URLs without query or trailing slash`,
    withDomain({ region: 'us', apiBaseUrl: 'https://api.example.com/' }),
  ],
  [
    `${HERE}.apiBaseUrl: received "http://127.0.0.1:4600", allowed outside development are https URLs`,
    withDomain({ region: 'us', apiBaseUrl: 'http://127.0.0.1:4600' }),
  ],
  [
    `${HERE}.maxTags: received 11, allowed are whole numbers from 0 to 10`,
    withDomain({ region: 'us', maxTags: 11 }),
  ],
  [
    `${HERE}.maxScheduleAheadHours: received 1.5, allowed are whole numbers from 1 to 168`,
    withDomain({ region: 'us', maxScheduleAheadHours: 1.5 }),
  ],
  [
    `${HERE}.eventsKeptHours: received 12, allowed are whole numbers from 24 to 720`,
    withDomain({ region: 'us', eventsKeptHours: 12 }),
  ],
  [
    `${HERE}.recipientsPerSecond: received 0, allowed are numbers from 0.1 to 10000`,
    withDomain({ region: 'us', recipientsPerSecond: 0 }),
  ],
  [
    `${HERE}.recipientsPerDay: received 0.5, allowed are whole numbers from 1 to 100000000`,
    withDomain({ region: 'us', recipientsPerDay: 0.5 }),
  ],
  [
    `${HERE}.warmUp.startsOn: received "2026-02-30", allowed are dates such as "2026-12-01"`,
    withDomain({ region: 'us', warmUp: { startsOn: '2026-02-30' } }),
  ],
  [
    `${HERE}.warmUp.curve: received no days, allowed are 1 to 60`,
    withDomain({ region: 'us', warmUp: { startsOn: '2026-12-01', curve: [] } }),
  ],
  [
    `${HERE}.warmUp.curve[1]: received 0, allowed are whole numbers from 1 to 100000000`,
    withDomain({ region: 'us', warmUp: { startsOn: '2026-12-01', curve: [50, 0] } }),
  ],
  [
    'configuration.onUnreadableEvents: received "retry", allowed are "hold" and "resend"',
    { onUnreadableEvents: 'retry' },
  ],
  [
    'configuration.eventsTrustedAfterMinutes: received 5, allowed outside development are 15 to 240',
    { eventsTrustedAfterMinutes: 5 },
  ],
  [
    'configuration.guard.bounce.short.pause: received 10, allowed are numbers from 0.00001 to 1',
    { guard: { bounce: { short: { pause: 10 } } } },
  ],
  [
    'configuration.guard.complaint.long.warn: received 0.003, allowed are shares below 0.003 (pause)',
    { guard: { complaint: { long: { warn: 0.003 } } } },
  ],
  [
    'configuration.guard.bounce.long.minimumEvents: received 2000, allowed are 1 to 1000 (minimumRecipients)',
    { guard: { bounce: { long: { minimumEvents: 2_000 } } } },
  ],
  [
    'configuration.guard.bounce: "longs" is no property, did you mean "long"?',
    { guard: { bounce: { longs: {} } } },
  ],
  [
    'configuration.guard.enabled: received "no", allowed are true and false',
    { guard: { enabled: 'no' } },
  ],
  [
    'configuration.guard.pausesUntilSuspended: received 0, allowed are whole numbers from 1 to 100',
    { guard: { pausesUntilSuspended: 0 } },
  ],
  [
    'configuration.breaker.faultRate: received 50, allowed are numbers from 0.01 to 1',
    { breaker: { faultRate: 50 } },
  ],
  [
    'configuration.breaker.longestCoolDownSeconds: received 20, allowed are 30 (coolDownSeconds) to 43200',
    { breaker: { longestCoolDownSeconds: 20 } },
  ],
  [
    'configuration.release.batchesPerSecond: received 0, allowed are whole numbers from 1 to 50',
    { release: { batchesPerSecond: 0 } },
  ],
  [
    'configuration.onUnknownOutcome: received "resend", allowed are "verify" and "retry"',
    { onUnknownOutcome: 'resend' },
  ],
  [
    'configuration.suppressions.syncHours: received 169, allowed are numbers from 0 to 168',
    { suppressions: { syncHours: 169 } },
  ],
  [
    'configuration.suppressions.syncHours: received 0.5, allowed outside development are whole numbers from 1 to 168, and 0',
    { suppressions: { syncHours: 0.5 } },
  ],
  ['configuration.concurrency: received 5, allowed are objects', { concurrency: 5 }],
  [
    'configuration.concurrency.sender: received 1, allowed are whole numbers from 2 to 1000',
    { concurrency: { sender: 1 } },
  ],
  [
    'configuration.concurrency.recorder: received 1001, allowed are whole numbers from 2 to 1000',
    { concurrency: { recorder: 1_001 } },
  ],
  [
    'configuration.webhooks.maxAgeSeconds: received 3600, allowed are whole numbers from 28800 to 604800',
    { webhooks: { maxAgeSeconds: 3_600 } },
  ],
  [
    'configuration.webhooks.maxAheadSeconds: received NaN, allowed are whole numbers from 1 to 3600',
    { webhooks: { maxAheadSeconds: NaN } },
  ],
  [
    'configuration.webhooks.requestsPerSecond: received "many", allowed are whole numbers from 1 to 10000',
    { webhooks: { requestsPerSecond: 'many' } },
  ],
  [
    'configuration.webhooks.sourceNetworks: received "198.51.100.0/24", allowed are lists of networks',
    { webhooks: { sourceNetworks: '198.51.100.0/24' } },
  ],
  ...['198.51.100.7', '198.51.100.0/33', '2001:db8::/129', 'example.com/24', 'fe80::%eth0/64'].map(
    (network): [string, Record<string, unknown>] => [
      `configuration.webhooks.sourceNetworks[1]: received "${network}", allowed are networks such as 198.51.100.0/24 and 2001:db8::/32`,
      { webhooks: { sourceNetworks: ['10.0.0.0/8', network] } },
    ],
  ),
  [
    'configuration.webhooks.sourceNetworks: received more than 50 networks, allowed are 50',
    { webhooks: { sourceNetworks: Array.from({ length: 51 }, (_, at) => `10.0.${at}.0/24`) } },
  ],
  [
    'configuration.webhooks.ingress: received "alb", allowed are "http" and "rest"',
    { webhooks: { ingress: 'alb' } },
  ],
  [
    'configuration.webhooks.ingress: received "rest" without sourceNetworks and webAcl, allowed are ' +
      '"rest" with one of them at least, and "http": it would turn nobody away',
    { webhooks: { ingress: 'rest' } },
  ],
  [
    'configuration.webhooks.webAcl: received "own", allowed is none where webhooks.ingress is "http": ' +
      'AWS WAF protects no HTTP API',
    { webhooks: { webAcl: 'own' } },
  ],
  ...[
    'yes',
    'arn:aws:wafv2:us-east-1:111122223333:global/webacl/shared/1a2b',
    'arn:aws:waf-regional:us-east-1:111122223333:webacl/1a2b',
  ].map((webAcl): [string, Record<string, unknown>] => [
    `configuration.webhooks.webAcl: received "${webAcl}", allowed are "own" and ARNs of regional web ACLs`,
    { webhooks: { ingress: 'rest', webAcl } },
  ]),
  ...(
    [
      ['name', 'Hooks.Example.com', 'are lower-case domain names'],
      ['name', 'https://hooks.example.com', 'are lower-case domain names'],
      ['certificateArn', 'arn:aws:iam::111122223333:x', 'are ARNs of certificates in ACM'],
    ] as const
  ).map(([property, wrong, allowed]): [string, Record<string, unknown>] => [
    `configuration.webhooks.domain.${property}: received "${wrong}", allowed ${allowed}`,
    { webhooks: { domain: { ...narrowedWebhooks.domain, [property]: wrong } } },
  ]),
  [
    'configuration.webhooks.domain.certificateArn: received nothing, allowed are ARNs of certificates in ACM',
    { webhooks: { domain: { name: 'hooks.example.com' } } },
  ],
  [
    'configuration.webhooks.domain.hostedZone.id: received "/hostedzone/Z1", ' +
      'allowed are ids of hosted zones such as "Z0123456789ABCDEFGHIJ"',
    withHostedZone({ id: '/hostedzone/Z1' }),
  ],
  [
    'configuration.webhooks.domain.hostedZone.name: received "ample.com", ' +
      'allowed are "hooks.example.com" and what it ends in',
    withHostedZone({ name: 'ample.com' }),
  ],
  [
    'configuration.retention.recordsDays: received 42, allowed are whole numbers from 43 to 3650',
    { retention: { recordsDays: 42 } },
  ],
  [
    'configuration.retention.eventsDays: received 0, allowed are whole numbers from 15 to 3650',
    { retention: { eventsDays: 0 } },
  ],
  [
    'configuration.retention.parkedDays: received 77, allowed are 1 to 76 (recordsDays, 90, less 14)',
    { retention: { parkedDays: 77 } },
  ],
  [
    `configuration.retention.logDays: received 31, allowed are ${LOG_DAYS}`,
    { retention: { logDays: 31 } },
  ],
  [`configuration.encryption.key: received "kms", allowed ${KEYS}`, { encryption: { key: 'kms' } }],
  [
    `configuration.encryption.key: received "arn:aws:kms:eu-west-1:111122223333:alias/mail", allowed ${KEYS}`,
    { encryption: { key: 'arn:aws:kms:eu-west-1:111122223333:alias/mail' } },
  ],
  [
    'configuration.rollout.canaryMinutes: received 7, allowed are 5, 10, 15, 30',
    { rollout: { canaryMinutes: 7 } },
  ],
  [
    'configuration.encryption: "keyArn" is no property, known are key',
    { encryption: { keyArn: 'arn:aws:kms:eu-west-1:111122223333:key/x' } },
  ],
  [
    'configuration.notifications.emails: received "ops@example.com", allowed are lists of e-mail addresses',
    { notifications: { emails: 'ops@example.com' } },
  ],
  [
    'configuration.notifications.emails[1]: received "ops", allowed are e-mail addresses',
    { notifications: { emails: ['ops@example.com', 'ops'] } },
  ],
  [
    'configuration.webhooks: "maxAgeSecond" is no property, did you mean "maxAgeSeconds"?',
    { webhooks: { maxAgeSecond: 40_000 } },
  ],
  ['configuration: "Domain" is no property, did you mean "domains"?', { Domain: {} }],
  [
    'configuration.concurrency: "zzz" is no property, known are sender, recorder, reconciler',
    { concurrency: { zzz: 5 } },
  ],
])('stops at: %s', (problem, wrong) => {
  expect(problemsWith(wrong)).toEqual([problem]);
});

it('reports everything that is wrong at once', () => {
  const problems = problemsWith({
    ...withDomain({ region: 'mars', maxTag: 3 }),
    concurrency: { sender: 0, recoder: 3 },
    retention: { logDays: 2 },
  });

  expect(problems).toEqual([
    `${HERE}.region: received "mars", allowed are "us" and "eu"`,
    `${HERE}: "maxTag" is no property, did you mean "maxTags"?`,
    'configuration.concurrency.sender: received 0, allowed are whole numbers from 2 to 1000',
    'configuration.concurrency: "recoder" is no property, did you mean "recorder"?',
    `configuration.retention.logDays: received 2, allowed are ${LOG_DAYS}`,
  ]);
});

it('lets a simulator be reached by http in development', () => {
  const domain = { region: 'us', apiBaseUrl: 'http://127.0.0.1:4600' };

  expect(problemsWith({ development: true, ...withDomain(domain) })).toEqual([]);
});

it.each([
  [
    '60 plain domains',
    60,
    {},
    ['8\\d{3} bytes, allowed are 2304 bytes', '4\\d{3} bytes with .* are 1280 bytes'],
  ],
  // Quotes count twice in the environment: as JSON these are 2,223 bytes.
  ['17 plain domains', 17, {}, ['23\\d\\d bytes, allowed are 2304 bytes']],
  [
    '7 domains in a warm-up of their own',
    7,
    { warmUp: { startsOn: '2026-12-01', curve: Array.from({ length: 14 }, () => 20_000) } },
    ['14\\d\\d bytes with rates, budgets and warm-ups alone, allowed are 1280 bytes'],
  ],
])('refuses %s, which the environment of no function can hold', (_what, count, about, expected) => {
  const names = Array.from({ length: count }, (_, index) => `mg${index + 10}.example.com`);

  const problems = problemsWith({
    domains: Object.fromEntries(names.map((name) => [name, { region: 'us', ...about }])),
  });

  expect(problems).toEqual(
    expected.map((words): unknown =>
      expect.stringMatching(
        new RegExp(
          `^configuration.domains: received ${count} domains of ${words} in all; others need a stage of their own$`,
        ),
      ),
    ),
  );
});

describe('selecting a stage', () => {
  const stages = [aConfiguration({ stage: 'one' }), aConfiguration({ stage: 'two' })];

  it('takes the first when none is asked for', () => {
    expect(selectStage(stages, undefined).stage).toBe('one');
  });

  it('takes the one that is asked for', () => {
    expect(selectStage(stages, 'two').stage).toBe('two');
  });

  it('refuses one that is not configured', () => {
    expect(() => selectStage(stages, 'three')).toThrow(
      'stage: received "three", configured are "one" and "two"',
    );
  });

  it('refuses one that is configured twice', () => {
    expect(() => selectStage([...stages, ...stages], 'two')).toThrow(
      'stage: "two" is configured 2 times, allowed is once',
    );
  });
});
