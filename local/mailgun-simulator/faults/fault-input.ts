import { refusal } from '../http/call';
import { isBoolean, isObject, isWhole, onlyKnown } from '../http/json-checks';
import type { ApiFault, ApiFaultDefinition } from './api-faults';
import type { Script } from './fault-script';
import type { WebhookFault, WebhookFaultDefinition } from './webhook-faults';

const API_MATCH = ['endpoint', 'path', 'method', 'domain'];
const WEBHOOK_MATCH = ['event', 'recipient', 'domain'];
const KINDS = ['lose', 'duplicate', 'reorder', 'delay', 'badSignature'] as const;
const RESETS = ['headers', 'body', 'before', 'after'];

const FAULT_CHECKS: Readonly<Record<keyof ApiFault, (value: unknown) => boolean>> = {
  status: (value) => isWhole(value) && value >= 200 && value <= 599,
  body: () => true,
  headers: (value) =>
    isObject(value) && Object.values(value).every((each) => typeof each === 'string'),
  accept: isBoolean,
  acceptThen500: isBoolean,
  delayMs: isWhole,
  delay: (value) => value === 'before' || value === 'after',
  reset: (value) => RESETS.includes(String(value)),
  hang: isBoolean,
  trickleMs: isWhole,
  truncatedBody: isBoolean,
};

/** A fault as it was posted, understood. */
export interface FaultInput {
  readonly definition: ApiFaultDefinition | WebhookFaultDefinition;
  readonly script: Script;
}

/**
 * Reads one posted fault.
 *
 * @throws {Refusal} 400 that names what is unknown or out of range.
 */
export function readFault(input: unknown): FaultInput {
  if (!isObject(input)) throw refusal(400, 'a fault must be a JSON object');
  onlyKnown(input, ['match', 'fault', 'webhook', 'count', 'probability', 'skip'], 'fault');
  const match = input['match'] ?? {};
  if (!isObject(match)) throw refusal(400, 'match must be a JSON object');
  if ('fault' in input === 'webhook' in input) {
    throw refusal(400, "exactly one of 'fault' (a call goes wrong) and 'webhook' is needed");
  }
  const isWebhook = 'webhook' in input;
  onlyKnown(match, isWebhook ? WEBHOOK_MATCH : API_MATCH, 'match');
  for (const [name, value] of Object.entries(match)) {
    if (typeof value !== 'string') throw refusal(400, `match.${name} must be a text`);
  }
  return {
    definition: isWebhook
      ? { match, webhook: readWebhookFault(input['webhook']) }
      : { match, fault: readApiFault(input['fault']) },
    script: readScript(input),
  };
}

function readApiFault(input: unknown): ApiFault {
  if (!isObject(input)) throw refusal(400, 'fault must be a JSON object');
  onlyKnown(input, Object.keys(FAULT_CHECKS), 'fault');
  for (const [name, check] of Object.entries(FAULT_CHECKS)) {
    if (name in input && !check(input[name])) throw refusal(400, `fault.${name} is out of range`);
  }
  return input;
}

function readWebhookFault(input: unknown): WebhookFault {
  const given = typeof input === 'string' ? { kind: input } : input;
  if (!isObject(given)) throw refusal(400, 'webhook must be a text or a JSON object');
  onlyKnown(given, ['kind', 'delayMs', 'resign'], 'webhook');
  const kind = KINDS.find((each) => each === given['kind']);
  if (kind === undefined) throw refusal(400, `webhook.kind must be one of ${KINDS.join(', ')}`);
  const delayMs = given['delayMs'] ?? 2000;
  if (!isWhole(delayMs)) throw refusal(400, 'webhook.delayMs is out of range');
  return { kind, delayMs, resign: given['resign'] === true };
}

function readScript(input: Readonly<Record<string, unknown>>): Script {
  const { count, probability, skip } = input;
  if (count !== undefined && !isWhole(count)) throw refusal(400, 'count is out of range');
  if (skip !== undefined && !isWhole(skip)) throw refusal(400, 'skip is out of range');
  if (probability !== undefined && !isShare(probability)) {
    throw refusal(400, 'probability must be a number from 0 to 1');
  }
  return {
    ...(count !== undefined && { count }),
    ...(probability !== undefined && { probability }),
    ...(skip !== undefined && { skip }),
  };
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
