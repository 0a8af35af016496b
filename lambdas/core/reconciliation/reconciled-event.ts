import { createHmac } from 'node:crypto';
import { bodyDigest } from '../delivery-event/body-digest';
import type { DeliveryEvent } from '../delivery-event/delivery-event';
import type { JsonObject } from '../json';

/**
 * The replay token of an event that was found in Mailgun's record instead of a webhook call.
 *
 * The same event has the same token, so that finding it again leaves the same row. Mailgun's id of
 * it is unique within a day only, hence time, kind and recipient; and its content, because a record
 * that is shown differently the next time must not look like a forged repetition.
 *
 * @param key the deployment's recipient pepper: a token must not tell whom it is about.
 * @returns `reconciled-` and 40 hexadecimal digits.
 */
export function reconciledToken(key: string, event: DeliveryEvent, eventData: JsonObject): string {
  const { providerId, occurredAtMs, providerEvent, recipient } = event;
  const identity = JSON.stringify([providerId, occurredAtMs, providerEvent, recipient]);
  const hash = createHmac('sha256', key).update(identity).update(bodyDigest(eventData));
  return `reconciled-${hash.digest('hex').slice(0, 40)}`;
}
