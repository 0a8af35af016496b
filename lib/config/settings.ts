import { isIP } from 'node:net';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import type { Configuration } from './configuration';
import { keyed, mismatch, section, value } from './rules';

/** Days a message may wait in one of the queues before SQS drops it: the most SQS offers. */
export const MESSAGE_LIFETIME_DAYS = 14;

/** Periods CloudWatch Logs can keep logs for, in days. */
const LOG_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** Networks that fit into a function's environment, which holds 4 kB. */
const MAX_SOURCE_NETWORKS = 50;

/** Kinds of events Mailgun posts, as its API names them. */
export const WEBHOOK_EVENTS = [
  ...(['accepted', 'delivered', 'opened', 'clicked', 'unsubscribed', 'complained'] as const),
  ...(['temporary_fail', 'permanent_fail'] as const),
] as const;

const DOMAIN_NAME =
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

const whole = (min: number, max: number) =>
  value(
    (input): input is number =>
      typeof input === 'number' && Number.isInteger(input) && input >= min && input <= max,
    `are whole numbers from ${min} to ${max}`,
  );

const between = (min: number, max: number) =>
  value(
    (input): input is number => typeof input === 'number' && input >= min && input <= max,
    `are numbers from ${min} to ${max}`,
  );

const date = value(
  (input): input is string => typeof input === 'string' && isDate(input),
  'are dates such as "2026-12-01"',
);

const matching = (pattern: RegExp, allowed: string) =>
  value((input): input is string => typeof input === 'string' && pattern.test(input), allowed);

const oneOf = <T extends string | number>(...values: readonly T[]) =>
  value(
    (input): input is T => values.some((known) => known === input),
    values.length === 2
      ? `are ${values.map((known) => JSON.stringify(known)).join(' and ')}`
      : `are ${values.join(', ')}`,
  );

const yesOrNo = value((input) => typeof input === 'boolean', 'are true and false');

const baseUrl = value(
  (input): input is string =>
    typeof input === 'string' && /^https?:\/\/[^\s?#]*[^\s?#/]$/.test(input) && URL.canParse(input),
  'are http and https URLs without query or trailing slash',
);

/** Recipients on one day. */
const recipientsADay = whole(1, 100_000_000);

const warmUp = section({
  startsOn: date,
  curve: z
    .array(recipientsADay, {
      error: ({ input }) => mismatch(input, 'are lists of whole numbers, one a day'),
    })
    .min(1, { error: 'received no days, allowed are 1 to 60' })
    .max(60, { error: 'received more than 60 days, allowed are 1 to 60' })
    .readonly()
    .optional(),
});

const domain = section({
  region: oneOf('us', 'eu'),
  apiBaseUrl: baseUrl.optional(),
  maxTags: whole(0, 10).default(3),
  maxScheduleAheadHours: whole(1, 168).default(72),
  eventsKeptHours: whole(24, 720).default(24),
  recipientsPerSecond: between(0.1, 10_000).default(1_000),
  recipientsPerDay: recipientsADay.optional(),
  warmUp: warmUp.optional(),
});

const reconciliation = section({
  enabled: yesOrNo.default(true),
  source: oneOf('events', 'logs').default('events'),
  afterMinutes: z
    .array(between(1 / 60, 10_080), {
      error: ({ input }) => mismatch(input, 'are lists of numbers, in minutes'),
    })
    .min(1, { error: 'received no passes, allowed are 1 to 10' })
    .max(10, { error: 'received more than 10 passes, allowed are 1 to 10' })
    .readonly()
    .default([60, 540, 1_380]),
});

const breaker = section({
  windowSeconds: whole(10, 3_600).default(60),
  minimumFaults: whole(1, 10_000).default(10),
  faultRate: between(0.01, 1).default(0.5),
  coolDownSeconds: whole(1, 3_600).default(30),
  longestCoolDownSeconds: whole(1, 43_200).default(900),
  pauseAfterMinutes: whole(1, 1_440).optional(),
});

const guardLimit = (defaults: {
  readonly warn: number;
  readonly pause: number;
  readonly minimumRecipients: number;
  readonly minimumEvents: number;
}) =>
  section({
    warn: between(0.00001, 1).default(defaults.warn),
    pause: between(0.00001, 1).default(defaults.pause),
    minimumRecipients: whole(1, 10_000_000).default(defaults.minimumRecipients),
    minimumEvents: whole(1, 1_000_000).default(defaults.minimumEvents),
  }).prefault({});

// Where they come from: docs/guard.md.
const guard = section({
  enabled: yesOrNo.default(true),
  bounce: section({
    short: guardLimit({ warn: 0.05, pause: 0.1, minimumRecipients: 200, minimumEvents: 20 }),
    long: guardLimit({ warn: 0.025, pause: 0.05, minimumRecipients: 1_000, minimumEvents: 50 }),
  }).prefault({}),
  complaint: section({
    short: guardLimit({ warn: 0.005, pause: 0.01, minimumRecipients: 200, minimumEvents: 5 }),
    long: guardLimit({ warn: 0.001, pause: 0.003, minimumRecipients: 1_000, minimumEvents: 10 }),
  }).prefault({}),
  pausesUntilSuspended: whole(1, 100).default(3),
});

const release = section({
  batchesPerSecond: whole(1, 50).default(10),
});

const suppressions = section({
  syncHours: between(0, 168).default(24),
});

const concurrency = section({
  sender: whole(2, 1_000).default(3),
  recorder: whole(2, 1_000).default(3),
  reconciler: whole(2, 1_000).default(2),
});

const webhookDomain = section({
  name: matching(DOMAIN_NAME, 'are lower-case domain names'),
  certificateArn: matching(
    /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
    'are ARNs of certificates in ACM',
  ),
  hostedZone: section({
    id: matching(/^Z[A-Z0-9]{1,31}$/, 'are ids of hosted zones such as "Z0123456789ABCDEFGHIJ"'),
    name: matching(DOMAIN_NAME, 'are lower-case domain names'),
  }).optional(),
});

const webhooks = section({
  maxAgeSeconds: whole(28_800, 604_800).default(32_400),
  maxAheadSeconds: whole(1, 3_600).default(300),
  requestsPerSecond: whole(1, 10_000).default(5_000),
  sourceNetworks: z
    .array(value(isNetwork, 'are networks such as 198.51.100.0/24 and 2001:db8::/32'), {
      error: ({ input }) => mismatch(input, 'are lists of networks'),
    })
    .max(MAX_SOURCE_NETWORKS, {
      error: `received more than ${MAX_SOURCE_NETWORKS} networks, allowed are ${MAX_SOURCE_NETWORKS}`,
    })
    .readonly()
    .default([]),
  ingress: oneOf('http', 'rest').default('http'),
  webAcl: matching(
    /^(own|arn:aws[a-z-]*:wafv2:[a-z0-9-]+:\d{12}:regional\/webacl\/[\w-]+\/[\w-]+)$/,
    'are "own" and ARNs of regional web ACLs',
  ).optional(),
  domain: webhookDomain.optional(),
  register: yesOrNo.default(true),
  skippedEvents: z
    .array(oneOf(...WEBHOOK_EVENTS), {
      error: ({ input }) => mismatch(input, 'are lists of kinds of events'),
    })
    .max(WEBHOOK_EVENTS.length - 1, { error: 'received every kind of event, allowed are fewer' })
    .readonly()
    .default([]),
});

const doctor = section({
  enabled: yesOrNo.default(true),
  everyHours: whole(1, 168).default(6),
  blocks: yesOrNo.default(true),
});

const retention = section({
  recordsDays: whole(3 * MESSAGE_LIFETIME_DAYS + 1, 3_650).default(90),
  eventsDays: whole(MESSAGE_LIFETIME_DAYS + 1, 3_650).default(30),
  parkedDays: whole(1, 3_650).optional(),
  logDays: oneOf(...LOG_DAYS).default(RetentionDays.ONE_MONTH),
});

/** What Mailgun reports of a message, as this service names it. */
export const DELIVERY_EVENTS = [
  ...(['accepted', 'deferred', 'delivered', 'bounced', 'failed'] as const),
  ...(['complained', 'unsubscribed', 'opened', 'clicked', 'unknown'] as const),
];

type DeliveryEventName = (typeof DELIVERY_EVENTS)[number];

const deliveryEvents = value(
  (input): input is boolean | readonly DeliveryEventName[] =>
    typeof input === 'boolean' ||
    (Array.isArray(input) &&
      input.length > 0 &&
      input.every((name) => DELIVERY_EVENTS.some((known) => known === name))),
  `are true, false and lists of ${DELIVERY_EVENTS.join(', ')}`,
);

const KEY_ARN =
  /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const encryption = section({
  key: value(
    (input): input is 'aws' | 'own' | `arn:${string}` =>
      input === 'aws' || input === 'own' || (typeof input === 'string' && KEY_ARN.test(input)),
    'are "aws", "own" and ARNs of keys such as arn:aws:kms:eu-west-1:111122223333:key/<key id>',
  ).default('aws'),
});

const rollout = section({ canaryMinutes: oneOf(5, 10, 15, 30).optional() });

const events = section({
  machineWithinSeconds: between(0, 3_600).default(3),
  warmWritesPerSecond: whole(4_000, 40_000).optional(),
});

const emails = z
  .array(matching(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'are e-mail addresses'), {
    error: ({ input }) => mismatch(input, 'are lists of e-mail addresses'),
  })
  .readonly()
  .default([]);

const notifications = section({ deliveryEvents: deliveryEvents.default(false), emails });

const operations = section({
  emails,
  runbookUrl: matching(/^[^\s#]{1,200}$/, 'are 1 to 200 characters without spaces and #').default(
    'docs/runbook.md',
  ),
  dashboard: yesOrNo.default(true),
  tracing: yesOrNo.default(false),
});

/** The rules and the defaults of a configuration. */
export const settingsSchema = section({
  stage: matching(/^[a-z][a-z0-9-]{0,19}$/, 'are 1 to 20 of a-z 0-9 -, a letter first'),
  development: yesOrNo.default(false),
  domains: keyed(DOMAIN_NAME, 'are lower-case domain names', domain),
  onUnknownOutcome: oneOf('verify', 'retry').default('verify'),
  onUnreadableEvents: oneOf('hold', 'resend').default('hold'),
  eventsTrustedAfterMinutes: whole(1, 240).default(30),
  reconciliation: reconciliation.prefault({}),
  breaker: breaker.prefault({}),
  guard: guard.prefault({}),
  release: release.prefault({}),
  suppressions: suppressions.prefault({}),
  concurrency: concurrency.prefault({}),
  webhooks: webhooks.prefault({}),
  doctor: doctor.prefault({}),
  retention: retention.prefault({}),
  encryption: encryption.prefault({}),
  rollout: rollout.prefault({}),
  events: events.prefault({}),
  notifications: notifications.prefault({}),
  operations: operations.prefault({}),
}) satisfies z.ZodType<unknown, Configuration>;

type Checked = z.output<typeof settingsSchema>;

/** A checked configuration: every default is filled in. Members as in `Configuration`. */
export type Settings = Omit<Checked, 'retention'> & {
  readonly retention: Required<Checked['retention']>;
};

/** An address of IP and the length of its prefix. */
function isNetwork(input: unknown): input is string {
  const [, address = '', prefix] =
    typeof input === 'string' ? (/^([\d.]+|[\da-f:.]+)\/(0|[1-9]\d{0,2})$/i.exec(input) ?? []) : [];
  const version = isIP(address);
  return version !== 0 && Number(prefix) <= (version === 4 ? 32 : 128);
}

function isDate(text: string): boolean {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : NaN;
  // The 30th of February is read as the 2nd of March.
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
}
