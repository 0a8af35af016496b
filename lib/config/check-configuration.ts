import type { Configuration } from './configuration';
import { domainAllowances } from './domain-allowances';
import { InvalidConfigurationError } from './invalid-configuration-error';
import { problemsOf } from './problems';
import { MESSAGE_LIFETIME_DAYS, settingsSchema, type Settings } from './settings';

/** Mailgun's events are complete some time after what they tell of; sooner is for tests only. */
const MIN_TRUSTED_MINUTES = 15;

/** The same of the first comparison with them. */
const MIN_PASS_MINUTES = 30;

/**
 * Bytes the domains may take in the environments of the sender, which knows all of them, and of the
 * control API, which has the most names beside them. An environment holds 4 kB in all.
 */
const MAX_DOMAINS_BYTES = 2_304;
const MAX_ALLOWANCES_BYTES = 1_280;

/**
 * Checks a configuration and fills in every default.
 *
 * @throws {InvalidConfigurationError} naming every wrong value, what was received and what is allowed.
 */
export function checkConfiguration(configuration: Configuration): Settings {
  const result = settingsSchema.safeParse(configuration);
  if (!result.success) throw new InvalidConfigurationError(problemsOf(result.error));

  const { retention, ...rest } = result.data;
  const parkedDays = retention.parkedDays ?? retention.recordsDays - MESSAGE_LIFETIME_DAYS;
  const settings: Settings = { ...rest, retention: { ...retention, parkedDays } };

  const conflicts = conflictsIn(settings);
  if (conflicts.length > 0) throw new InvalidConfigurationError(conflicts);
  return settings;
}

/**
 * Finds the configuration of a stage.
 *
 * @param name what the command line asked for; `undefined` means the first stage.
 * @throws {InvalidConfigurationError} when no stage, or more than one, has that name.
 */
export function selectStage(stages: readonly Configuration[], name: unknown): Configuration {
  const names = stages.map(({ stage }) => stage);
  const matching = stages.filter(({ stage }, index) =>
    name === undefined ? index === 0 : stage === name,
  );

  const [configuration] = matching;
  if (configuration !== undefined && matching.length === 1) return configuration;
  throw new InvalidConfigurationError([
    matching.length > 1
      ? `stage: ${JSON.stringify(name)} is configured ${matching.length} times, allowed is once`
      : `stage: received ${JSON.stringify(name)}, configured are ${names.map((known) => JSON.stringify(known)).join(' and ')}`,
  ]);
}

/** Limits that could never do what their names say. */
function guardConflictsIn(guard: Settings['guard']): string[] {
  const limits = (['bounce', 'complaint'] as const).flatMap((kind) =>
    (['short', 'long'] as const).map(
      (window) => [`${kind}.${window}`, guard[kind][window]] as const,
    ),
  );
  return limits.flatMap(([name, { warn, pause, minimumRecipients, minimumEvents }]) => [
    ...(warn < pause
      ? []
      : [
          `configuration.guard.${name}.warn: received ${warn}, allowed are shares below ${pause} (pause)`,
        ]),
    ...(minimumEvents <= minimumRecipients
      ? []
      : [
          `configuration.guard.${name}.minimumEvents: received ${minimumEvents}, ` +
            `allowed are 1 to ${minimumRecipients} (minimumRecipients)`,
        ]),
  ]);
}

/** What takes webhook calls could not do what is asked of it. */
function ingressConflictsIn({ ingress, webAcl, sourceNetworks, domain }: Settings['webhooks']) {
  const conflicts: string[] = [];
  if (ingress === 'http' && webAcl !== undefined) {
    conflicts.push(
      `configuration.webhooks.webAcl: received ${JSON.stringify(webAcl)}, allowed is none where ` +
        'webhooks.ingress is "http": AWS WAF protects no HTTP API',
    );
  }
  if (ingress === 'rest' && webAcl === undefined && sourceNetworks.length === 0) {
    conflicts.push(
      'configuration.webhooks.ingress: received "rest" without sourceNetworks and webAcl, allowed are ' +
        '"rest" with one of them at least, and "http": it would turn nobody away',
    );
  }
  const { name, hostedZone } = domain ?? {};
  if (hostedZone !== undefined && !`.${name}`.endsWith(`.${hostedZone.name}`)) {
    conflicts.push(
      `configuration.webhooks.domain.hostedZone.name: received ${JSON.stringify(hostedZone.name)}, ` +
        `allowed are ${JSON.stringify(name)} and what it ends in`,
    );
  }
  return conflicts;
}

/** What only shows when several properties are seen together. */
function conflictsIn(settings: Settings): string[] {
  const { development, domains, breaker, retention, eventsTrustedAfterMinutes } = settings;
  const conflicts: string[] = [];

  if (!development && eventsTrustedAfterMinutes < MIN_TRUSTED_MINUTES) {
    conflicts.push(
      `configuration.eventsTrustedAfterMinutes: received ${eventsTrustedAfterMinutes}, ` +
        `allowed outside development are ${MIN_TRUSTED_MINUTES} to 240`,
    );
  }

  conflicts.push(...passConflicts(settings));

  const { syncHours } = settings.suppressions;
  if (!development && syncHours > 0 && !(Number.isInteger(syncHours) && syncHours >= 1)) {
    conflicts.push(
      `configuration.suppressions.syncHours: received ${syncHours}, ` +
        'allowed outside development are whole numbers from 1 to 168, and 0',
    );
  }

  const maxParkedDays = retention.recordsDays - MESSAGE_LIFETIME_DAYS;
  if (retention.parkedDays > maxParkedDays) {
    conflicts.push(
      `configuration.retention.parkedDays: received ${retention.parkedDays}, allowed are 1 to ${maxParkedDays} ` +
        `(recordsDays, ${retention.recordsDays}, less ${MESSAGE_LIFETIME_DAYS})`,
    );
  }

  for (const [name, { apiBaseUrl }] of Object.entries(domains)) {
    if (development || apiBaseUrl === undefined || apiBaseUrl.startsWith('https:')) continue;
    conflicts.push(
      `configuration.domains[${JSON.stringify(name)}].apiBaseUrl: received ${JSON.stringify(apiBaseUrl)}, ` +
        'allowed outside development are https URLs',
    );
  }

  if (breaker.longestCoolDownSeconds < breaker.coolDownSeconds) {
    conflicts.push(
      `configuration.breaker.longestCoolDownSeconds: received ${breaker.longestCoolDownSeconds}, ` +
        `allowed are ${breaker.coolDownSeconds} (coolDownSeconds) to 43200`,
    );
  }

  conflicts.push(...guardConflictsIn(settings.guard));
  conflicts.push(...ingressConflictsIn(settings.webhooks));

  conflicts.push(...sizeConflictsIn(domains));
  return conflicts;
}

/** More domains than the functions can be told of. */
function sizeConflictsIn(domains: Settings['domains']): string[] {
  const received = `configuration.domains: received ${Object.keys(domains).length} domains of`;
  const whatElse = 'in all; others need a stage of their own';
  const bytes = bytesInEnvironment(domains);
  const allowanceBytes = bytesInEnvironment(domainAllowances(domains));
  return [
    ...(bytes <= MAX_DOMAINS_BYTES
      ? []
      : [`${received} ${bytes} bytes, allowed are ${MAX_DOMAINS_BYTES} bytes ${whatElse}`]),
    ...(allowanceBytes <= MAX_ALLOWANCES_BYTES
      ? []
      : [
          `${received} ${allowanceBytes} bytes with rates, budgets and warm-ups alone, ` +
            `allowed are ${MAX_ALLOWANCES_BYTES} bytes ${whatElse}`,
        ]),
  ];
}

/** Lambda measures the JSON of all variables, in which a value that is JSON itself has its quotes escaped. */
function bytesInEnvironment(value: object): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
}

/** What is wrong with the times of the comparisons with Mailgun's events. */
function passConflicts({ development, domains, reconciliation }: Settings): string[] {
  const { enabled, afterMinutes } = reconciliation;
  const received = `configuration.reconciliation.afterMinutes: received ${afterMinutes.join(', ')}, allowed`;
  const conflicts: string[] = [];
  if (afterMinutes.some((minutes, index) => minutes <= (afterMinutes[index - 1] ?? 0))) {
    conflicts.push(`${received} are ascending numbers`);
  }
  if (!development && afterMinutes.some((minutes) => minutes < MIN_PASS_MINUTES)) {
    conflicts.push(`${received} outside development are numbers from ${MIN_PASS_MINUTES} to 10080`);
  }
  const last = Math.max(...afterMinutes);
  for (const [name, { eventsKeptHours }] of Object.entries(domains)) {
    if (!enabled || last < eventsKeptHours * 60) continue;
    conflicts.push(
      `${received} for ${name} are numbers below ${eventsKeptHours * 60} (eventsKeptHours, ${eventsKeptHours})`,
    );
  }
  return conflicts;
}
