import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createReceiveWebhook } from '../../lambdas/receive-webhook/receive-webhook';
import {
  anEventData,
  aSignature,
  TEST_SIGNING_KEY,
  webhookBody,
  webhookEvent,
  webhookNames,
} from '../support/builders/webhooks';
import { InMemoryEventQueue } from '../support/fakes/in-memory-event-queue';
import { InMemorySecrets } from '../support/fakes/in-memory-secrets';
import { RecordingLog } from '../support/fakes/recording-log';

const SIGNED_AT_MS = 1770146432_000;
const ELSEWHERE = '203.0.113.9';

function aReceiver() {
  const time = { ms: SIGNED_AT_MS + 500 };
  const secrets = new InMemorySecrets({}, () => time.ms);
  const queue = new InMemoryEventQueue();
  const log = new RecordingLog();
  const receive = createReceiveWebhook({
    secrets,
    queue,
    log,
    clock: () => time.ms,
    window: { maxAgeSeconds: 32_400, maxAheadSeconds: 300 },
    isSource: (address) => address !== ELSEWHERE,
  });
  const post = (body: string, sourceIp = '198.51.100.7') =>
    receive({ body, isBase64Encoded: false, contentType: 'application/json', sourceIp });
  return { secrets, queue, log, time, receive, post };
}

const aBody = (signature: object = aSignature(), eventData: object = anEventData()) =>
  JSON.stringify({ signature, 'event-data': eventData });

describe('receiving a webhook call', () => {
  it('queues an authentic event as it came, and answers 200', async () => {
    const { post, queue } = aReceiver();

    const answer = await post(aBody());

    expect(answer.statusCode).toBe(200);
    expect(queue.events).toEqual([
      {
        token: aSignature().token,
        signedAtMs: SIGNED_AT_MS,
        receivedAtMs: SIGNED_AT_MS + 500,
        eventData: anEventData(),
      },
    ]);
  });

  it.each(webhookNames().filter((name) => !/^(legacy|missing|bad)/.test(name)))(
    'takes %s on the day it was made',
    async (name) => {
      const { post, queue, time } = aReceiver();
      const { signature } = JSON.parse(webhookBody(name)) as { signature: { timestamp: string } };
      time.ms = Number(signature.timestamp) * 1000;

      const answer = await post(webhookBody(name));

      expect(answer.statusCode).toBe(200);
      expect(queue.events.map(({ eventData }) => eventData)).toEqual([webhookEvent(name)]);
    },
  );

  it.each([
    ['bad-signature', 'bad-signature'],
    ['missing-signature', 'signature-missing'],
  ])('refuses %s for good', async (name, reason) => {
    const { post, queue, time } = aReceiver();
    time.ms = 1770148001_000;

    expect(await post(webhookBody(name))).toEqual({ statusCode: 406, body: reason });
    expect(queue.events).toEqual([]);
  });

  it.each(webhookNames('legacy'))('refuses %s for good', async (name) => {
    const { receive, queue } = aReceiver();
    const { content_type: contentType, fields } = JSON.parse(webhookBody(name)) as {
      content_type: string;
      fields: [string, string][];
    };

    const answer = await receive({
      body: Buffer.from(new URLSearchParams(fields).toString()).toString('base64'),
      isBase64Encoded: true,
      contentType,
      sourceIp: undefined,
    });

    expect(answer).toEqual({ statusCode: 406, body: 'legacy-form' });
    expect(queue.events).toEqual([]);
  });

  it('answers each of the 37 stored payloads as the documentation says', async () => {
    const statuses: Record<number, string[]> = { 200: [], 406: [] };
    for (const name of webhookNames()) {
      const { receive, time } = aReceiver();
      const body = webhookBody(name);
      const timestamp = /"timestamp": ?"(\d{10})"/.exec(body)?.[1];
      time.ms = Number(timestamp ?? SIGNED_AT_MS / 1_000) * 1_000;
      const contentType = name.startsWith('legacy') ? 'multipart/form-data' : 'application/json';
      const call = { body, isBase64Encoded: false, contentType, sourceIp: undefined };
      statuses[(await receive(call)).statusCode]?.push(name);
    }

    const documented = readFileSync(join(__dirname, '../../docs/delivery-events.md'), 'utf8');
    expect(documented).toContain('Of the 37 payloads in `test/webhooks`');
    expect(statuses[200]).toHaveLength(27);
    expect(statuses[406]).toEqual([
      'bad-signature',
      ...webhookNames('legacy'),
      'missing-signature',
    ]);
    expect(statuses[406]).toHaveLength(10);
  });

  it.each([
    ['10 hours old', 36_000],
    ['an hour ahead', -3_600],
  ])('refuses a good signature %s, without a look at the secret', async (_when, age) => {
    const { post, queue, secrets } = aReceiver();
    const timestamp = String(SIGNED_AT_MS / 1000 - age);
    secrets.fault = new Error('must not be asked');

    const answer = await post(aBody(aSignature({ timestamp })));

    expect(answer).toEqual({ statusCode: 406, body: 'outside-window' });
    expect(queue.events).toEqual([]);
  });

  it('takes a call that Mailgun repeats for the last time after 8 hours', async () => {
    const { post } = aReceiver();
    const timestamp = String(SIGNED_AT_MS / 1000 - 28_740);

    expect((await post(aBody(aSignature({ timestamp })))).statusCode).toBe(200);
  });

  it('takes the same call twice: the second may be the repetition of one that was lost', async () => {
    const { post, queue } = aReceiver();

    await post(aBody());

    expect((await post(aBody())).statusCode).toBe(200);
    expect(queue.events).toHaveLength(2);
  });

  it('loses no event while the signing key is replaced, and reads the secret once', async () => {
    const { post, queue, secrets } = aReceiver();
    secrets.stored = { ...secrets.stored, webhookSigningKeys: ['new-key', TEST_SIGNING_KEY] };

    const keys = ['new-key', TEST_SIGNING_KEY, 'new-key', TEST_SIGNING_KEY, 'new-key'];
    const answers = [];
    for (const [index, key] of keys.entries()) {
      answers.push(await post(aBody(aSignature({ key, token: `token-${index}` }))));
    }

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200, 200]);
    expect(queue.events).toHaveLength(5);
    expect(secrets.refreshes).toBe(1);
  });

  it.each([
    ['for good while the keys in hand are 20 s old', 20_000, 406, 'bad-signature'],
    ['for now once they are older and may not be read', 20_001, 503, 'keys-not-fresh'],
  ])('refuses a bad signature %s', async (_how, ageMs, statusCode, body) => {
    const { post, secrets, time } = aReceiver();
    await secrets.refreshed();
    secrets.mayRefresh = false;
    time.ms += ageMs;

    const answer = await post(aBody(aSignature({ key: 'new-key' })));

    expect(answer).toEqual({ statusCode, body });
  });

  it('asks for everything again while there is no signing key', async () => {
    const { post, secrets } = aReceiver();
    secrets.stored = { ...secrets.stored, webhookSigningKeys: [] };
    await secrets.refreshed();

    expect(await post(aBody())).toEqual({ statusCode: 503, body: 'no-signing-key' });
  });

  it('asks for a bad signature again while the signing key is being replaced', async () => {
    const { post, queue, secrets } = aReceiver();
    secrets.stored = { ...secrets.stored, signingKeyRotationUntilMs: SIGNED_AT_MS + 600_000 };

    const answer = await post(aBody(aSignature({ key: 'new-key' })));

    expect(answer).toEqual({ statusCode: 503, body: 'key-rotation' });
    expect((await post(aBody())).statusCode).toBe(200);
    expect(queue.events).toHaveLength(1);
  });

  it('refuses a bad signature for good once a replacement is over', async () => {
    const { post, secrets } = aReceiver();
    secrets.stored = { ...secrets.stored, signingKeyRotationUntilMs: SIGNED_AT_MS };

    const answer = await post(aBody(aSignature({ key: 'new-key' })));

    expect(answer).toEqual({ statusCode: 406, body: 'bad-signature' });
  });

  it('takes the event of a subaccount by the key of the primary account', async () => {
    const { post } = aReceiver();
    const signature = aSignature({ key: 'key-of-the-subaccount' });

    const taken = await post(aBody({ ...signature, 'parent-signature': aSignature().signature }));
    const refused = await post(aBody({ ...signature, 'parent-signature': signature.signature }));

    expect(taken.statusCode).toBe(200);
    expect(refused.body).toBe('bad-signature');
  });

  it('refuses a call from elsewhere before it reads it, in a way that Mailgun repeats', async () => {
    const { post, queue, secrets, log } = aReceiver();
    secrets.fault = new Error('must not be asked');

    const answers = [await post(aBody(), ELSEWHERE), await post('no JSON', ELSEWHERE)];

    const foreign = { statusCode: 403, body: 'foreign-source' };
    expect(answers).toEqual([foreign, foreign]);
    expect(queue.events).toEqual([]);
    expect(log.withCode('webhook-refused')).toHaveLength(2);
    expect(log.text).not.toContain(ELSEWHERE);
  });

  it('takes nothing unverified while the secret can not be read', async () => {
    const { post, queue, secrets } = aReceiver();
    secrets.fault = new Error('Secrets Manager is down');

    expect(await post(aBody())).toEqual({ statusCode: 503, body: 'keys-unavailable' });
    expect(queue.events).toEqual([]);
  });

  it('does not say 200 before the queue has the event', async () => {
    const { post, queue } = aReceiver();
    queue.fault = new Error('SQS is down');

    expect(await post(aBody())).toEqual({ statusCode: 503, body: 'queue-unavailable' });
  });

  it('refuses for good what has grown beyond a message: to wait would not shrink it', async () => {
    const { post, queue, log } = aReceiver();
    const numbers = `[${'1e20,'.repeat(52_000)}0]`;
    const body = aBody().replace('"tags":[]', () => `"tags":${numbers}`);
    expect(body.length).toBeLessThan(262_144);

    expect(await post(body)).toEqual({ statusCode: 406, body: 'event-too-large' });
    expect(queue.events).toEqual([]);
    expect(log.withCode('webhook-refused')).toHaveLength(1);
  });

  it('logs neither address, token nor signature', async () => {
    const { post, queue, log } = aReceiver();

    await post(aBody(aSignature({ key: 'forged' })));
    await post(aBody({ ...aSignature(), signature: 'ada@example.com' }));
    await post('ada@example.com {');
    queue.fault = new Error('ada@example.com was not queued');
    await post(aBody());

    expect(log.lines.map(({ fields }) => fields.reason)).toEqual([
      'bad-signature',
      'signature-malformed',
      'body-not-json',
      'queue-unavailable',
    ]);
    expect(log.text).not.toContain('@');
    expect(log.text).not.toContain(aSignature().token);
    expect(log.text).not.toContain(aSignature().signature);
  });
});
