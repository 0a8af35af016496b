import type { AuthenticEvent } from '../core/delivery-event/authentic-event';
import { bodyDigest } from '../core/delivery-event/body-digest';
import type { DeliveryEvent } from '../core/delivery-event/delivery-event';
import { storableMessageId } from '../core/delivery-event/message-id';
import type { EventOwner, RecordedEvent } from '../core/delivery-event/event-store';
import type { JsonObject } from '../core/json';

const MAX_FIELDS_LENGTH = 96;

/** What is kept of an event: never its address, nor any text that could hold one. */
export function recordedEvent(
  authentic: AuthenticEvent,
  event: DeliveryEvent,
  owner: EventOwner,
): RecordedEvent {
  const { type, providerEvent, providerId, messageId, testMode, failure } = event;
  const { machine, machineReason } = event;
  return {
    token: authentic.token,
    bodyDigest: bodyDigest(authentic.eventData),
    owner,
    type,
    providerEvent,
    providerId,
    messageId: storableMessageId(messageId),
    // Never ahead of our own clock: what a person removes by it later has then happened before.
    occurredAtMs: Math.min(event.occurredAtMs ?? authentic.signedAtMs, authentic.receivedAtMs),
    receivedAtMs: authentic.receivedAtMs,
    testMode,
    machine,
    machineReason,
    failure,
    fields: type === 'unknown' ? fieldsOf(authentic.eventData) : undefined,
  };
}

/** The shape of an event nobody knows yet, for whoever teaches it to this code. */
function fieldsOf(eventData: JsonObject): string {
  return Object.keys(eventData)
    .filter((name) => /^[a-z-]{1,32}$/.test(name))
    .sort()
    .join(',')
    .slice(0, MAX_FIELDS_LENGTH);
}
