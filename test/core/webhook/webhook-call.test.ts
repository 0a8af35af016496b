import fc from 'fast-check';
import { MAX_BODY_BYTES, readWebhookCall } from '../../../lambdas/core/webhook/webhook-call';
import {
  anEventData,
  aSignature,
  webhookBody,
  webhookNames,
} from '../../support/builders/webhooks';

const aCall = (body: string | undefined, contentType = 'application/json') => ({
  body,
  isBase64Encoded: false,
  contentType,
});

const anEnvelope = (fields: object = {}) =>
  JSON.stringify({ signature: aSignature(), 'event-data': anEventData(), ...fields });

describe('readWebhookCall', () => {
  it.each(webhookNames().filter((name) => !/^(legacy|missing)/.test(name)))('reads %s', (name) => {
    expect(readWebhookCall(aCall(webhookBody(name))).outcome).toBe('read');
  });

  it('reads a body that comes as base64', () => {
    const body = Buffer.from(anEnvelope()).toString('base64');

    const read = readWebhookCall({ ...aCall(body), isBase64Encoded: true });

    expect(read).toEqual({
      outcome: 'read',
      signature: aSignature(),
      eventData: anEventData(),
    });
  });

  it('reads an event it has never heard of, with fields it has never heard of', () => {
    const body = anEnvelope({ 'event-data': { event: 'levitated', height: 3 }, extra: [1] });

    expect(readWebhookCall(aCall(body))).toMatchObject({ outcome: 'read' });
  });

  it('reads a timestamp that is a number', () => {
    const signature = { ...aSignature(), timestamp: 1770146432 };

    expect(readWebhookCall(aCall(anEnvelope({ signature })))).toMatchObject({
      outcome: 'read',
      signature: aSignature(),
    });
  });

  it('reads the signature by the primary account', () => {
    const signature = { ...aSignature(), 'parent-signature': 'F'.repeat(64) };

    expect(readWebhookCall(aCall(anEnvelope({ signature })))).toMatchObject({
      signature: { ...aSignature(), parentSignature: 'F'.repeat(64) },
    });
  });

  it.each([null, '', 'f', 'g'.repeat(64), 7, ['f'.repeat(64)]])(
    'takes %p for no signature by the primary account',
    (value) => {
      const signature = { ...aSignature(), 'parent-signature': value };

      const read = readWebhookCall(aCall(anEnvelope({ signature })));

      expect(read).toEqual({
        ...{ outcome: 'read', signature: aSignature(), eventData: anEventData() },
      });
    },
  );

  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each([
    ['no body', undefined, 'body-missing'],
    ['an empty body', '', 'body-missing'],
    ['a body that is no text', 7 as never, 'body-missing'],
    ['a body over the limit', `"${'x'.repeat(MAX_BODY_BYTES)}"`, 'body-too-large'],
    ['half of a body', anEnvelope().slice(0, -20), 'body-not-json'],
    ['a list', '[]', 'body-not-json'],
    ['a text', '"signature"', 'body-not-json'],
    ['null', 'null', 'body-not-json'],
    ['a body built to exhaust the stack', `{"event-data":${nested}}`, 'body-too-deep'],
    ['no signature', anEnvelope({ signature: undefined }), 'signature-missing'],
    ['a signature that is a list', anEnvelope({ signature: [] }), 'signature-missing'],
    ['no event', anEnvelope({ 'event-data': undefined }), 'event-data-missing'],
    ['an event that is a text', anEnvelope({ 'event-data': 'x' }), 'event-data-missing'],
    ['an event that is a list', anEnvelope({ 'event-data': [] }), 'event-data-missing'],
  ])('finds %s malformed', (_what, body, reason) => {
    expect(readWebhookCall(aCall(body))).toEqual({ outcome: 'malformed', reason });
  });

  it.each([
    ['timestamp', ''],
    ['timestamp', 'yesterday'],
    ['timestamp', '177014643'],
    ['timestamp', '17701464324'],
    ['timestamp', 1770146432.5],
    ['timestamp', null],
    ['token', ''],
    ['token', 'x'.repeat(129)],
    ['token', 'with space'],
    ['token', 7],
    ['signature', ''],
    ['signature', 'f'.repeat(63)],
    ['signature', 'g'.repeat(64)],
    ['signature', ['f'.repeat(64)]],
  ])('finds a signature with the %s %p malformed', (field, value) => {
    const signature = { ...aSignature(), [field]: value };

    expect(readWebhookCall(aCall(anEnvelope({ signature })))).toEqual({
      outcome: 'malformed',
      reason: 'signature-malformed',
    });
  });

  it('leaves one place only where the timestamp ends and the token begins', () => {
    // The two are signed without a separator: moving a digit keeps the signature valid.
    const { timestamp, token, signature } = aSignature({ token: `7${'a'.repeat(49)}` });
    const moved = { timestamp: `${timestamp}7`, token: token.slice(1), signature };

    expect(readWebhookCall(aCall(anEnvelope({ signature: moved })))).toEqual({
      outcome: 'malformed',
      reason: 'signature-malformed',
    });
  });

  it.each(webhookNames('legacy'))('refuses %s, a form post from before 2018', (name) => {
    const { content_type: contentType, fields } = JSON.parse(webhookBody(name)) as {
      content_type: string;
      fields: [string, string][];
    };
    const form = new URLSearchParams(fields).toString();

    expect(readWebhookCall(aCall(form, contentType))).toEqual({
      outcome: 'malformed',
      reason: 'legacy-form',
    });
  });

  it('finds bytes malformed that are not UTF-8', () => {
    const body = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]).toString('base64');

    expect(readWebhookCall({ ...aCall(body), isBase64Encoded: true })).toEqual({
      outcome: 'malformed',
      reason: 'body-not-utf8',
    });
  });

  it.each([
    ['two events', '{"event-data":{"event":"complained"},'],
    ['two events, one under an escaped name', '{"event\\u002ddata":{"event":"complained"},'],
    ['two signatures', `{"signature":${JSON.stringify(aSignature({ key: 'forged' }))},`],
    ['a prototype', '{"__proto__":{"event-data":{"event":"complained"}},'],
  ])('finds %s malformed', (_what, beginning) => {
    const body = anEnvelope().replace('{', () => beginning);

    expect(readWebhookCall(aCall(body))).toEqual({
      outcome: 'malformed',
      reason: 'body-ambiguous',
    });
  });

  it('takes names of what every object has for data', () => {
    const eventData = { constructor: { prototype: 1 }, toString: 'x', hasOwnProperty: null };

    expect(readWebhookCall(aCall(anEnvelope({ 'event-data': eventData })))).toMatchObject({
      outcome: 'read',
      eventData,
    });
  });

  it('answers the most keys and the most nesting that fit into a body within a blink', () => {
    const keys = Array.from({ length: 25_000 }, (_, at) => `"${at.toString(36)}":1`).join(',');
    const texts = `"${'\\\\'.repeat(120_000)}"`;
    const startedAtMs = performance.now();

    const many = readWebhookCall(aCall(anEnvelope().replace('"tags":[]', () => `"k":{${keys}}`)));
    const long = readWebhookCall(aCall(anEnvelope().replace('"tags":[]', () => `"k":${texts}`)));

    expect(many.outcome).toBe('read');
    expect(long.outcome).toBe('read');
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });

  it('has an answer to everything', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })),
        fc.boolean(),
        (body, isBase64Encoded) => {
          const read = readWebhookCall({ body, isBase64Encoded, contentType: undefined });

          expect(read.outcome).toBe('malformed');
        },
      ),
    );
  });
});
