import fc from 'fast-check';
import { createReceiveWebhook } from '../../lambdas/receive-webhook/receive-webhook';
import { anEventData, aSignature, TEST_SIGNING_KEY } from '../support/builders/webhooks';
import { InMemoryEventQueue } from '../support/fakes/in-memory-event-queue';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { RecordingLog } from '../support/fakes/recording-log';
import { tell } from '../support/figures/tell';

const SEED = 20_260_203;
const MUTATIONS = 10_000;
const SIGNED_AT_MS = 1770146432_000;

const good = aSignature();
const goodBody = JSON.stringify({ signature: good, 'event-data': anEventData() });

interface Call {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const plain = (body: string): Call => ({ body, isBase64Encoded: false });
const withSignature = (signature: unknown): Call =>
  plain(JSON.stringify({ signature, 'event-data': anEventData() }));

/** Another text than the right one: a character changed, removed, added or doubled, or all of it. */
const wrongText = (right: string): fc.Arbitrary<string> => {
  const at = fc.nat(right.length - 1);
  const character = fc.oneof(
    fc.constantFrom('0', '9', 'b', 'F', ' ', '\0', 'é', '\n'),
    fc.string(),
  );
  return fc
    .oneof(
      fc.tuple(at, character).map(([i, c]) => right.slice(0, i) + c + right.slice(i + 1)),
      fc.tuple(at, character).map(([i, c]) => right.slice(0, i) + c + right.slice(i)),
      at.map((i) => right.slice(0, i)),
      fc.constantFrom(` ${right}`, `${right} `, `${right}\0`, right + right, ''),
      fc.string(),
    )
    .filter((text) => text !== right && !(isHex(right) && text.toLowerCase() === right));
};
const isHex = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

const wrongType = (right: string): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      [],
      {},
      [right],
      { value: right },
      [[right]],
      0,
      -1,
      1e308,
    ),
    fc.jsonValue({ maxDepth: 3 }).filter((value) => value !== right && value !== Number(right)),
  );

const FIELDS = ['timestamp', 'token', 'signature'] as const;
const field = fc.constantFrom(...FIELDS);

/** What an attacker may change, each by name. */
const MUTATIONS_BY_KIND: Readonly<Record<string, fc.Arbitrary<Call>>> = {
  'a field of another text': field.chain((name) =>
    wrongText(good[name]).map((text) => withSignature({ ...good, [name]: text })),
  ),
  'a field of another type': field.chain((name) =>
    wrongType(good[name]).map((value) => withSignature({ ...good, [name]: value })),
  ),
  'fields that were exchanged or moved into one another': fc.constantFrom(
    withSignature({ ...good, timestamp: good.token, token: good.timestamp }),
    withSignature({ ...good, timestamp: `${good.timestamp}a`, token: good.token.slice(1) }),
    withSignature({ ...good, timestamp: '', token: good.timestamp + good.token }),
    withSignature({ ...good, timestamp: good.timestamp + good.token, token: '' }),
    withSignature({ ...good, token: good.signature, signature: good.token }),
  ),
  'a key missing, misspelt or given twice': fc.oneof(
    field.map((name) => withSignature({ ...good, [name]: undefined })),
    field.map((name) => withSignature({ ...good, [name]: undefined, [`${name} `]: good[name] })),
    field.map((name) => plain(goodBody.replace(`"${name}":`, `"${name.toUpperCase()}":`))),
    fc
      .tuple(fc.constantFrom('signature', 'event-data', ...FIELDS), fc.json())
      .map(([name, value]) =>
        plain(goodBody.replace(`"${name}":`, () => `"${name}":${value},"${name}":`)),
      ),
    fc
      .constantFrom('signature', 'event-data')
      .map((name) => plain(goodBody.replace(`"${name}":`, '"__proto__":'))),
  ),
  'another envelope': fc.oneof(
    fc.jsonValue().map((value) => withSignature(value)),
    fc.jsonValue().map((value) => plain(JSON.stringify(value))),
    fc
      .jsonValue()
      .filter((value) => typeof value !== 'object' || value === null || Array.isArray(value))
      .map((value) => plain(JSON.stringify({ signature: good, 'event-data': value }))),
    fc.constantFrom('[', '{"a":', '').map((before) => plain(`${before}${goodBody},`)),
  ),
  'another key, or none': fc
    .oneof(
      fc.string(),
      fc.constantFrom('', 'replace-me', 'undefined', 'null', TEST_SIGNING_KEY.toUpperCase()),
      wrongText(TEST_SIGNING_KEY),
    )
    // HMAC fills a key up with zeros: to it a key and the same with zeros behind it are one.
    .filter((key) => key.replace(/\0+$/, '') !== TEST_SIGNING_KEY)
    .map((key) => withSignature(aSignature({ key }))),
  'a forged parent signature': fc
    .tuple(wrongText(good.signature), wrongText(good.signature))
    .map(([signature, parent]) =>
      withSignature({ ...good, signature, 'parent-signature': parent }),
    ),
  'another encoding': fc.oneof(
    fc.constantFrom(
      { body: goodBody, isBase64Encoded: true },
      plain(Buffer.from(goodBody).toString('base64')),
      { body: Buffer.from(goodBody, 'utf16le').toString('base64'), isBase64Encoded: true },
      plain(new URLSearchParams(good).toString()),
    ),
    fc.nat(goodBody.length - 1).map((at) => {
      const bytes = Buffer.from(goodBody);
      bytes[at] = 0xff;
      return { body: bytes.toString('base64'), isBase64Encoded: true };
    }),
    fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => ({ body: Buffer.from(bytes).toString('base64'), isBase64Encoded: true })),
  ),
  'a part of the body': fc.nat(goodBody.length - 1).map((end) => plain(goodBody.slice(0, end))),
};

function aReceiver() {
  const queue = new InMemoryEventQueue();
  const receive = createReceiveWebhook({
    secrets: new InMemorySecrets({}, () => SIGNED_AT_MS),
    ...{ queue, log: new RecordingLog(), clock: () => SIGNED_AT_MS, isSource: () => true },
    window: { maxAgeSeconds: 32_400, maxAheadSeconds: 300 },
  });
  const post = (call: Call) =>
    receive({ ...call, contentType: 'application/json', sourceIp: '198.51.100.7' });
  return { queue, post };
}

it('takes the call that the mutations start from', async () => {
  const { post, queue } = aReceiver();

  expect((await post(plain(goodBody))).statusCode).toBe(200);
  expect(queue.events).toHaveLength(1);
});

it('refuses 10,000 mutations of it for good, throws at none, and queues none', async () => {
  const { post, queue } = aReceiver();
  const kinds = Object.entries(MUTATIONS_BY_KIND).map(([kind, calls]) =>
    calls.map((call) => ({ kind, call })),
  );
  const byKind: Record<string, number> = {};
  const byReason: Record<string, number> = {};

  await fc.assert(
    fc.asyncProperty(fc.oneof(...kinds), async ({ kind, call }) => {
      const answer = await post(call);

      byKind[kind] = (byKind[kind] ?? 0) + 1;
      byReason[answer.body] = (byReason[answer.body] ?? 0) + 1;
      expect(answer.statusCode).toBe(406);
    }),
    { numRuns: MUTATIONS, seed: SEED },
  );

  tell('mutations', byKind);
  tell('refused for', byReason);
  expect(queue.events).toEqual([]);
  expect(Object.keys(byKind)).toHaveLength(kinds.length);
  for (const reason of ['bad-signature', 'signature-malformed', 'body-ambiguous']) {
    expect(byReason[reason]).toBeGreaterThan(100);
  }
}, 120_000);
