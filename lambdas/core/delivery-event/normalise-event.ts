import { numberOf, objectOf, textOf, type JsonObject } from '../json';
import { normaliseAddress } from '../recipient/address';
import type { DeliveryEvent, DeliveryEventType, MachineReason } from './delivery-event';
import { readFailure, type DeliveryFailure } from './delivery-failure';
import { storableWord } from './provider-word';

const TYPE_BY_EVENT: ReadonlyMap<string, DeliveryEventType> = new Map([
  ['accepted', 'accepted'],
  ['delivered', 'delivered'],
  ['opened', 'opened'],
  ['clicked', 'clicked'],
  ['complained', 'complained'],
  ['unsubscribed', 'unsubscribed'],
]);

/** Mailgun's code of a delivery that test mode made up. */
const TEST_MODE_CODE = 650;

const DOMAIN = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const MESSAGE_ID = /^[\x21-\x7e]{1,255}$/;

/**
 * Turns what Mailgun sends into a delivery event.
 *
 * Takes every shape Mailgun is known to use: fields that are objects, lists, texts, numbers, empty,
 * `null` or missing. What it can't make sense of becomes `unknown`, never an error.
 *
 * @param eventData `event-data` as it came.
 * @param machineWithinSeconds opens and clicks up to so long after the delivery are a program's;
 *   0 for none of them.
 */
export function normaliseEvent(eventData: JsonObject, machineWithinSeconds = 0): DeliveryEvent {
  const name = textOf(eventData.event)?.toLowerCase() ?? 'missing';
  const { type, failure } = typeOf(name, eventData);
  const messageId = messageIdOf(eventData);
  const machineReason =
    type === 'opened' || type === 'clicked'
      ? machineReasonOf(eventData, machineWithinSeconds)
      : undefined;

  return {
    type,
    providerEvent: storableWord(name),
    providerId: textOf(eventData.id)?.match(/^[\w-]{1,64}$/)?.[0],
    occurredAtMs: timeOf(eventData.timestamp),
    recipient: recipientOf(textOf(eventData.recipient) ?? ''),
    messageId,
    domain: domainOf(eventData, messageId),
    tags: tagsOf(eventData.tags),
    variables: eventData['user-variables'],
    testMode: isTestMode(eventData),
    machine: machineReason !== undefined,
    machineReason,
    failure,
  };
}

function typeOf(
  name: string,
  eventData: JsonObject,
): { readonly type: DeliveryEventType; readonly failure: DeliveryFailure | undefined } {
  const type = TYPE_BY_EVENT.get(name);
  if (type !== undefined) return { type, failure: undefined };
  const permanent = name === 'failed' ? isPermanent(eventData) : undefined;
  if (permanent === undefined) return { type: 'unknown', failure: undefined };

  const failure = readFailure(eventData, permanent);
  if (!permanent) return { type: 'deferred', failure };
  return { type: failure.cause === 'dead-mailbox' ? 'bounced' : 'failed', failure };
}

/** @returns `undefined` for a severity that is not known: neither outcome may be guessed. */
function isPermanent({ severity, ...rest }: JsonObject): boolean | undefined {
  const word = textOf(severity)?.toLowerCase();
  if (word === 'permanent') return true;
  if (word === 'temporary') return false;
  if (word !== undefined) return undefined;

  // A failure without a severity still has the level Mailgun logs it at.
  const level = textOf(rest['log-level'])?.toLowerCase();
  if (level === 'error') return true;
  return level === 'warn' ? false : undefined;
}

/** A plain address; with a name before it, it stands in angle brackets. */
function recipientOf(text: string): string | undefined {
  const [, address = text] = /<([^<>]*)>\s*$/.exec(text) ?? [];
  return normaliseAddress(address);
}

/** The id stands without angle brackets in events; with them it is the same id. */
function messageIdOf(eventData: JsonObject): string | undefined {
  const headers = objectOf(objectOf(eventData.message)?.headers) ?? {};
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'message-id');
  const id = name === undefined ? undefined : textOf(headers[name]);
  return id
    ?.trim()
    .replace(/^<(.*)>$/, '$1')
    .match(MESSAGE_ID)?.[0];
}

/** Payloads of 2018 have no domain; the message id ends in it. */
function domainOf(eventData: JsonObject, messageId: string | undefined): string | undefined {
  const named = textOf(objectOf(eventData.domain)?.name) ?? textOf(eventData.domain);
  const domain = named ?? messageId?.slice(messageId.lastIndexOf('@') + 1);
  return domain?.toLowerCase().match(DOMAIN)?.[0];
}

function tagsOf(tags: unknown): string[] {
  return Array.isArray(tags) ? tags.flatMap((tag) => textOf(tag)?.slice(0, 128) ?? []) : [];
}

function isTestMode(eventData: JsonObject): boolean {
  return (
    objectOf(eventData.flags)?.['is-test-mode'] === true ||
    numberOf(objectOf(eventData['delivery-status'])?.code) === TEST_MODE_CODE
  );
}

/** Mailgun's word comes first, since it is more than a guess. */
function machineReasonOf(
  eventData: JsonObject,
  machineWithinSeconds: number,
): MachineReason | undefined {
  if (isFlagged(eventData)) return 'flagged';
  return isSoonAfterDelivery(eventData, machineWithinSeconds) ? 'soon-after-delivery' : undefined;
}

/**
 * Whether an event came within so many seconds of the delivery. `delivered-at` is in whole seconds and
 * `timestamp` is not, so a delivery was up to a second later than it says and the event that much
 * sooner after it: what counts is surely within. A time before the delivery by more than that second
 * is one of a clock that is off, and says nothing.
 */
function isSoonAfterDelivery(eventData: JsonObject, withinSeconds: number): boolean {
  const deliveredAtMs = timeOf(eventData['delivered-at']);
  const atMs = timeOf(eventData.timestamp);
  if (withinSeconds === 0 || deliveredAtMs === undefined || atMs === undefined) return false;

  const elapsedMs = atMs - deliveredAtMs;
  return elapsedMs >= -1_000 && elapsedMs <= withinSeconds * 1_000;
}

/** `""`, `null` and a missing field all mean a person. */
function isFlagged(eventData: JsonObject): boolean {
  const bot = objectOf(eventData['client-info'])?.bot;
  return bot === true || (textOf(bot)?.trim() !== undefined && textOf(bot)?.trim() !== '');
}

/** Milliseconds in one unit of what Mailgun may give a time in: s, ms, µs, ns. */
const TIME_UNITS = [1_000, 1, 1e-3, 1e-6];
/** The year 5138: a time beyond it is one in a smaller unit, or none. */
const TIME_LIMIT_MS = 1e14;

/** Seconds with a fraction; Mailgun's own reference also speaks of smaller units. */
function timeOf(timestamp: unknown): number | undefined {
  const value = numberOf(timestamp);
  if (value === undefined || value <= 0) return undefined;

  const ms = TIME_UNITS.map((unit) => value * unit).find((time) => time < TIME_LIMIT_MS);
  return ms === undefined ? undefined : Math.floor(ms);
}
