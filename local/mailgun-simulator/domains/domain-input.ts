import { refusal } from '../http/call';
import { isBoolean, isObject, isWhole, onlyKnown } from '../http/json-checks';
import type { DomainChanges } from './domain';

const CHECKS: Readonly<Record<keyof DomainChanges, (value: unknown) => boolean>> = {
  sandbox: isBoolean,
  freeAccount: isBoolean,
  authorisedRecipients: (value) => Array.isArray(value) && value.every(isText),
  state: isOneOf('active', 'unverified', 'disabled'),
  missingRecords: (value) =>
    Array.isArray(value) && value.every(isOneOf('spf', 'dkim', 'tracking', 'mx')),
  largeBatchCap: isWhole,
  hourlyLimit: isWhole,
  limitStatus: isOneOf(400, 420, 429),
  probation: isBoolean,
  scheduleHorizonDays: isWhole,
  opens: isBoolean,
  clicks: isBoolean,
  unsubscribes: isBoolean,
  queueDisabled: isQueueDisabled,
  eventsDelayMs: isWhole,
  eventsKeptMs: isWhole,
  eventsRefused: isOneOf(401, 403),
  ownMessageIds: isBoolean,
};

/**
 * Reads what was posted to change a domain; `null` brings a default back.
 *
 * @throws {Refusal} 400 that names what is unknown or out of range.
 */
export function readDomainChanges(input: unknown): DomainChanges {
  if (!isObject(input)) throw refusal(400, 'changes must be a JSON object');
  onlyKnown(input, Object.keys(CHECKS), 'changes');
  const changes = Object.entries(CHECKS)
    .filter(([name]) => name in input)
    .map(([name, check]) => {
      const value = input[name] ?? undefined;
      if (value !== undefined && !check(value)) throw refusal(400, `${name} is out of range`);
      return [name, value] as const;
    });
  return Object.fromEntries(changes);
}

function isQueueDisabled(value: unknown): boolean {
  if (!isObject(value)) return false;

  onlyKnown(value, ['untilMs', 'reason'], 'queueDisabled');
  const { untilMs, reason } = value;
  return (untilMs === undefined || isWhole(untilMs)) && (reason === undefined || isText(reason));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isOneOf(...values: readonly (string | number)[]): (value: unknown) => boolean {
  return (value) => values.some((each) => each === value);
}
