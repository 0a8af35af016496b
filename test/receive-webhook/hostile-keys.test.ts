import { readEventMessage, writeEventMessage } from '../../lambdas/adapters/sqs/event-message';
import { bodyDigest } from '../../lambdas/core/delivery-event/body-digest';
import { normaliseEvent } from '../../lambdas/core/delivery-event/normalise-event';
import type { JsonObject } from '../../lambdas/core/json';
import { readWebhookCall } from '../../lambdas/core/webhook/webhook-call';
import { anEventData, aSignature } from '../support/builders/webhooks';

const NAMES = Object.getOwnPropertyNames(Object.prototype);
const PLACES = ['user-variables', 'message', 'domain', 'delivery-status', 'flags', 'client-info'];

/** Text of an event that has a key of every object's, with a value, at some place. */
const eventWith = (place: string, name: string, value: string): string =>
  JSON.stringify(anEventData({ [place]: 'HERE' })).replace('"HERE"', () => `{"${name}":${value}}`);

const receive = (eventData: string) =>
  readWebhookCall({
    body: `{"signature":${JSON.stringify(aSignature())},"event-data":${eventData}}`,
    ...{ isBase64Encoded: false, contentType: undefined },
  });

/** What the recorder makes of an event that lies on its queue, whoever put it there. */
function record(eventData: string) {
  const body = writeEventMessage({
    ...{ token: 'token', signedAtMs: 1, receivedAtMs: 1 },
    eventData: JSON.parse(eventData) as JsonObject,
  });
  const { eventData: read } = readEventMessage(body);
  return { read, event: normaliseEvent(read), digest: bodyDigest(read).toString('hex') };
}

describe.each(NAMES)('an event with the key %s', (name) => {
  it('is taken by the webhook as data, but for __proto__, which is refused', () => {
    for (const place of PLACES) {
      const { outcome } = receive(eventWith(place, name, '{"event":"complained"}'));

      expect(outcome).toBe(name === '__proto__' ? 'malformed' : 'read');
    }
  });

  it('is recorded as what it says otherwise, and differs from the same with another value', () => {
    for (const place of PLACES) {
      const one = record(eventWith(place, name, '{"event":"complained","code":650}'));
      const other = record(eventWith(place, name, 'null'));

      expect(one.event).toMatchObject({ type: 'delivered', recipient: 'ada@example.com' });
      expect(one.event.testMode).toBe(false);
      expect(Object.hasOwn(one.read[place] as object, name)).toBe(true);
      expect(one.digest).not.toBe(other.digest);
    }
    expect(({} as Record<string, unknown>)['event']).toBeUndefined();
  });
});
