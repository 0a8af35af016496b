import {
  callIn,
  requestIdIn,
  type GatewayEvent,
} from '../../lambdas/receive-webhook/gateway-event';
import { createReceiveWebhook } from '../../lambdas/receive-webhook/receive-webhook';
import { createSourceCheck } from '../../lambdas/receive-webhook/source-networks';
import { anEventData, aSignature, webhookBody, webhookNames } from '../support/builders/webhooks';
import { InMemoryEventQueue } from '../support/fakes/in-memory-event-queue';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { RecordingLog } from '../support/fakes/recording-log';

const SIGNED_AT_MS = 1770146432_000;
const LISTED = '198.51.100.7';
const ELSEWHERE = '203.0.113.9';

/** A request as it was sent. */
interface Sent {
  readonly body?: string;
  readonly binary?: boolean;
  readonly headers?: readonly (readonly [string, string])[];
  readonly sourceIp?: string;
}

const JSON_TYPE = [['Content-Type', 'application/json']] as const;

/** Every value of every header, by its name in some spelling. */
function valuesOf(headers: NonNullable<Sent['headers']>, spelt: (name: string) => string) {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    values.set(spelt(name), [...(values.get(spelt(name)) ?? []), value]);
  }
  return [...values];
}

/** As an HTTP API hands it over, in payload format 2.0. */
function fromHttpApi({ body, binary = false, headers = JSON_TYPE, sourceIp = LISTED }: Sent) {
  const values = valuesOf(headers, (name) => name.toLowerCase());
  return {
    ...{ version: '2.0', routeKey: 'POST /webhooks/mailgun/guid' },
    headers: Object.fromEntries(values.map(([name, all]) => [name, all.join(',')])),
    requestContext: { http: { method: 'POST', sourceIp } },
    ...(body !== undefined && { body }),
    isBase64Encoded: binary,
  };
}

/** As a REST API does: without any header it has no object for them either. */
function fromRestApi({ body, binary = false, headers = JSON_TYPE, sourceIp = LISTED }: Sent) {
  const values = valuesOf(headers, (name) => name);
  const none = headers.length === 0;
  return {
    ...{ resource: '/webhooks/mailgun/guid', httpMethod: 'POST' },
    headers: none ? null : Object.fromEntries(values.map(([name, all]) => [name, all.at(-1)])),
    multiValueHeaders: none ? null : Object.fromEntries(values),
    requestContext: { stage: 'live', identity: { sourceIp, userAgent: 'Go-http-client/2.0' } },
    ...{ body: body ?? null, isBase64Encoded: binary },
  };
}

/** Answers one event as the deployed function does, on the day the stored payloads were signed. */
async function answerTo(event: GatewayEvent, atMs = SIGNED_AT_MS) {
  const queue = new InMemoryEventQueue();
  const receive = createReceiveWebhook({
    secrets: new InMemorySecrets({}, () => atMs),
    ...{ queue, clock: () => atMs, log: new RecordingLog() },
    window: { maxAgeSeconds: 32_400, maxAheadSeconds: 300 },
    isSource: createSourceCheck(['198.51.100.0/24']),
  });
  const { statusCode, body } = await receive(callIn(event));
  return { statusCode, body, queued: queue.events.length };
}

const GOOD = JSON.stringify({ signature: aSignature(), 'event-data': anEventData() });
const FORM = [['Content-Type', 'application/x-www-form-urlencoded']] as const;
const queued = { statusCode: 200, body: 'queued', queued: 1 };
const refused = (body: string, statusCode = 406) => ({ statusCode, body, queued: 0 });

describe.each([
  ['an HTTP API', fromHttpApi],
  ['a REST API', fromRestApi],
])('a request through %s', (_kind, handedOver) => {
  it.each<[string, Sent, object]>([
    ['is taken when it is signed', { body: GOOD }, queued],
    ['is taken without a header', { body: GOOD, headers: [] }, queued],
    ['is taken in base64', { body: Buffer.from(GOOD).toString('base64'), binary: true }, queued],
    [
      'is refused when it says base64 and is not',
      { body: GOOD, binary: true },
      refused('body-not-utf8'),
    ],
    ['is refused without a body', {}, refused('body-missing')],
    ['is refused with an empty body', { body: '' }, refused('body-missing')],
    ['is refused as a form', { body: 'a=b', headers: FORM }, refused('legacy-form')],
    [
      'is refused as a form, however the header is written',
      { body: GOOD, headers: [['cOnTeNt-TyPe', 'multipart/form-data; boundary=x']] },
      refused('legacy-form'),
    ],
    [
      'is refused as a form that also says it is JSON',
      { body: GOOD, headers: [...FORM, ...JSON_TYPE] },
      refused('legacy-form'),
    ],
    [
      'is refused as a form in one of two spellings',
      { body: GOOD, headers: [['content-type', 'multipart/form-data'], ...JSON_TYPE] },
      refused('legacy-form'),
    ],
    [
      'is refused from elsewhere',
      { body: GOOD, sourceIp: ELSEWHERE },
      refused('foreign-source', 403),
    ],
    [
      'is refused from elsewhere, whatever its headers say',
      {
        body: GOOD,
        sourceIp: ELSEWHERE,
        headers: [...JSON_TYPE, ['X-Forwarded-For', LISTED], ['Forwarded', `for=${LISTED}`]],
      },
      refused('foreign-source', 403),
    ],
    [
      'is refused with a signature that is not Mailgun’s',
      { body: GOOD.replace(/"signature":"\w{4}/, '"signature":"0000') },
      refused('bad-signature'),
    ],
    [
      'is taken with a header named after what every object has',
      { body: GOOD, headers: [['__proto__', 'x'], ['constructor', 'y'], ...JSON_TYPE] },
      queued,
    ],
  ])('%s', async (_case, sent, expected) => {
    expect(await answerTo(handedOver(sent))).toEqual(expected);
  });

  it('is answered alike for each stored payload', async () => {
    for (const name of webhookNames()) {
      const body = webhookBody(name);
      const timestamp = /"timestamp": ?"(\d{10})"/.exec(body)?.[1];
      const atMs = timestamp === undefined ? SIGNED_AT_MS : Number(timestamp) * 1_000;

      const answer = await answerTo(handedOver({ body }), atMs);

      const taken = !/^(legacy|missing|bad)/.test(name);
      expect([name, answer.statusCode]).toEqual([name, taken ? 200 : 406]);
    }
  });
});

it.each<[string, GatewayEvent]>([
  ['nothing', {}],
  ['no context', { body: GOOD, headers: {} }],
  ['an empty context', { body: GOOD, headers: {}, requestContext: {} }],
  ['an address that is a number', { body: GOOD, requestContext: { http: { sourceIp: 7 } } }],
  [
    'an address that is a list',
    { body: GOOD, requestContext: { identity: { sourceIp: [LISTED] } } },
  ],
  [
    'an address in a header only',
    { body: GOOD, headers: { 'x-forwarded-for': LISTED }, requestContext: {} },
  ],
])('is refused with %s where networks are configured', async (_what, event) => {
  expect(await answerTo(event)).toEqual(refused('foreign-source', 403));
});

it.each<[string, GatewayEvent, object]>([
  ['a body that is an object', { body: { a: 1 } }, { body: undefined }],
  ['a body that is a number', { body: 7 }, { body: undefined }],
  ['a flag that is a text', { body: 'a', isBase64Encoded: 'true' }, { isBase64Encoded: false }],
  ['a header that is a number', { headers: { 'content-type': 7 } }, { contentType: undefined }],
  [
    'values of a header that are objects',
    { multiValueHeaders: { 'content-type': [{}, 'text/plain', null] } },
    { contentType: 'text/plain' },
  ],
])('leaves out what is no text: %s', (_what, event, expected) => {
  expect(callIn(event)).toMatchObject(expected);
});

it.each<[string, GatewayEvent, string | undefined]>([
  ['an id', { requestContext: { requestId: 'JKJaXmPLvHcESHA=' } }, 'JKJaXmPLvHcESHA='],
  ['an id that is a number', { requestContext: { requestId: 7 } }, undefined],
  ['no context', {}, undefined],
])('finds what the access log calls a request with %s', (_what, event, expected) => {
  expect(requestIdIn(event)).toBe(expected);
});
