import fc from 'fast-check';
import { readEventMessage, writeEventMessage } from '../../../lambdas/adapters/sqs/event-message';
import type { AuthenticEvent } from '../../../lambdas/core/delivery-event/authentic-event';
import { PermanentError } from '../../../lambdas/core/errors';
import type { JsonObject } from '../../../lambdas/core/json';
import { MAX_DEPTH, readWebhookCall } from '../../../lambdas/core/webhook/webhook-call';
import { aSignature } from '../../support/builders/webhooks';

const anEvent = (eventData: JsonObject = { event: 'delivered' }): AuthenticEvent => ({
  token: 'a'.repeat(50),
  signedAtMs: 1770146432000,
  receivedAtMs: 1770146432500,
  eventData,
});

/** A message of this version, with some fields as given. */
const aMessage = (fields: object) =>
  JSON.stringify({ ...(JSON.parse(writeEventMessage(anEvent())) as object), ...fields });

function errorOf(body: string): PermanentError {
  try {
    readEventMessage(body);
  } catch (error) {
    if (error instanceof PermanentError) return error;
    throw error;
  }
  throw new Error('the message was read');
}

describe('a message on the event queue', () => {
  it('is read as it was written, whatever the event holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
        const event = anEvent(JSON.parse(JSON.stringify(value)) as JsonObject);

        expect(readEventMessage(writeEventMessage(event))).toEqual(event);
      }),
    );
  });

  it('holds only characters that SQS takes', () => {
    const strange = anEvent({ text: '\u0000\u001f\ud800\ufffe\uffff ok' });

    const body = writeEventMessage(strange);

    expect(body).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/);
    expect(body.isWellFormed()).toBe(true);
    expect(readEventMessage(body)).toEqual(strange);
  });

  it.each([
    ['what is not JSON', 'ada@example.com {'],
    ['half of a message', aMessage({}).slice(0, -9)],
    ['a list', '[]'],
    ['null', 'null'],
    ['no version', aMessage({ version: undefined })],
    ['no token', aMessage({ token: '' })],
    ['an event that is a list', aMessage({ eventData: [] })],
    ['a time that is a text', aMessage({ receivedAtMs: 'now' })],
    ['a time beyond all times', aMessage({}).replace(/"receivedAtMs":\d+/, '"receivedAtMs":1e308')],
    [
      'an event built to exhaust the stack',
      aMessage({}).replace('"delivered"', `${'['.repeat(200_000)}${']'.repeat(200_000)}`),
    ],
  ])('is malformed when it is %s', (_what, body) => {
    expect(errorOf(body).code).toBe('malformed-event');
  });

  it('holds every event that a webhook call may, however deep', () => {
    const deepest = JSON.parse(
      `${'{"a":'.repeat(MAX_DEPTH - 2)}{}${'}'.repeat(MAX_DEPTH - 2)}`,
    ) as JsonObject;
    const body = (eventData: object) =>
      JSON.stringify({ signature: aSignature(), 'event-data': eventData });
    const call = { isBase64Encoded: false, contentType: undefined };

    expect(readWebhookCall({ ...call, body: body(deepest) }).outcome).toBe('read');
    expect(readWebhookCall({ ...call, body: body({ a: deepest }) }).outcome).toBe('malformed');
    expect(readEventMessage(writeEventMessage(anEvent(deepest))).eventData).toEqual(deepest);
  });

  it('of another version is told from one that is malformed', () => {
    expect(errorOf(aMessage({ version: 2 })).code).toBe('unknown-version');
  });

  it('is not quoted by the error', () => {
    expect(errorOf('ada@example.com {').message).not.toContain('@');
    expect(errorOf('ada@example.com {').cause).toBeUndefined();
    expect(errorOf(aMessage({ token: ['ada@example.com'] })).message).not.toContain('@');
  });
});
