import fc from 'fast-check';
import { readEventMessage } from '../../lambdas/adapters/sqs/event-message';
import { readWebhookCall } from '../../lambdas/core/webhook/webhook-call';
import { aSignature } from '../support/builders/webhooks';
import { aRecord, aRecorder, ourEvent } from './a-recorder';

/** Numbers as JSON text: some are no numbers any more once they were read. */
const NUMBERS = [
  ...['0', '-0', '-1', '1e308', '-1e308', '1.7976931348623157e308', '1e400', '-1e400', '5e-324'],
  ...['1e-320', '1e14', '99999999999999.99', '1e21', '9007199254740993', '9'.repeat(400)],
  ...[`0.${'0'.repeat(400)}1`, '1e99999999999', '1e-99999999999'],
];
const NUMBER_TEXTS = [
  ...['NaN', 'Infinity', '-Infinity', '1e308', '1e400', '-0', '0x1fffffffffffffff', '0b1', ' 7 '],
  ...['1_000', '٣', '²', '1,5', '9'.repeat(100_000), `1e${'9'.repeat(1_000)}`, '', ' '],
].map((text) => JSON.stringify(text));

const PLACES = [
  '"timestamp"',
  '"delivered-at"',
  '"severity"',
  '"recipient"',
  '"id"',
  '"tags"',
  '"delivery-status":{"code"',
  '"delivery-status":{"enhanced-code"',
  '"delivery-status":{"bounce-code"',
  '"message":{"size"',
];

/** An event with JSON text at some places. */
function eventWith(name: string, values: readonly [string, string][]): string {
  const fields = values.map(([place, json]) => `${place}:${json}${place.includes('{') ? '}' : ''}`);
  const severity = '"severity":"permanent"';
  const base = JSON.stringify(ourEvent({ event: name })).slice(0, -1);
  return `${base},${[severity, ...fields].join(',')}}`;
}

describe('numbers of any size', () => {
  it('are recorded as safe whole numbers or not at all, and no record is stuck on them', async () => {
    const value = fc.tuple(
      fc.constantFrom(...PLACES),
      fc.oneof(
        fc.constantFrom(...NUMBERS, ...NUMBER_TEXTS),
        fc.double({ noNaN: true }).map((number) => JSON.stringify(number)),
      ),
    );
    const name = fc.constantFrom('failed', 'delivered', 'unsubscribed', 'opened', 'levitated');

    await fc.assert(
      fc.asyncProperty(name, fc.array(value, { maxLength: 3 }), async (event, values) => {
        const { recordEvents, events } = await aRecorder();
        const { body, ...record } = aRecord({});
        const raw = body.replace('"eventData":{}', () => `"eventData":${eventWith(event, values)}`);

        expect(await recordEvents([{ ...record, body: raw }])).toEqual([]);

        const [row] = [...events.rows.values()];
        const numbers = [row?.occurredAtMs, row?.receivedAtMs, row?.failure?.code ?? 0];
        expect(numbers.every((number) => Number.isSafeInteger(number) && number! >= 0)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(['-1', '0.5', '5e-324', '1e308', '1e400', '9007199254740993', ...NUMBER_TEXTS])(
    'are no time of a message on the queue: %.20s',
    (number) => {
      const hostile = aRecord({}).body.replace(
        /"receivedAtMs":\d+/,
        () => `"receivedAtMs":${number}`,
      );

      expect(() => readEventMessage(hostile)).toThrow('receivedAtMs');
    },
  );
});

// Each begins what some expression looks for, so that one with a choice to make would make it at
// every character.
const PIECES = [
  ...['a', '.', '@', 'a@', 'a.', '-', '-.', '1', '1.', '0', '%', ' ', '\n', '\t', '<', '>', '='],
  ...['5.1.', '5.1.1.', 'v ', 'version ', 'sender ', 'sender address ', 'exceeded the ', 'block '],
  ...['user ', 'recipient is ', 'user that you tried to reach ', 'mailbox is ', 'no such ', 'over'],
  ...['%recipient.', 'xn--', 'http://', '/', '[', 'é', 'ß.', '\uff20', '\u2028', '\ud800'],
];
const ENDS = ['', '!', '@x.example', '>'];

/** Longest texts of one webhook call. */
const CHARACTERS = 120_000;

/** A quadratic walk over one such text takes more than ten times as much on any machine. */
const PATIENCE_MS = 1_500;

/** Work done since, by this process alone: the clock on the wall also shows what others do. */
function busyMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

describe('texts built to be slow to read', () => {
  it.each(PIECES.map((piece) => [piece]))('%j again and again are read in time', async (piece) => {
    const { recordEvents } = await aRecorder();
    for (const end of ENDS) {
      const text = piece.repeat(CHARACTERS / piece.length) + end;
      const records = [
        { event: text },
        { recipient: text, domain: text, id: text },
        { event: 'failed', severity: 'permanent', reason: text },
        { event: 'failed', severity: text, 'log-level': text },
        {
          event: 'failed',
          severity: 'permanent',
          'delivery-status': { code: text, message: text },
        },
        { 'delivery-status': { 'enhanced-code': text }, event: 'failed', severity: 'permanent' },
        { message: { headers: { 'message-id': `<${text}` } }, 'user-variables': [] },
        { 'user-variables': { batch: text, path: '/', tag: text } },
        { 'user-variables': { batch: 'a/b/c', path: text, tag: 'x' }, timestamp: text },
        { event: 'opened', 'client-info': { bot: text } },
        { event: 'unsubscribed', tags: [text], [text]: text },
      ].map((fields) => aRecord(ourEvent(fields)));

      const startedAt = process.cpuUsage();
      expect(await recordEvents(records)).toEqual([]);
      expect(busyMs(startedAt)).toBeLessThan(PATIENCE_MS);
    }
  });

  it('are refused in time by the webhook', () => {
    for (const piece of PIECES) {
      const text = piece.repeat(CHARACTERS / piece.length);
      for (const field of ['timestamp', 'token', 'signature']) {
        const envelope = { signature: { ...aSignature(), [field]: text }, 'event-data': {} };
        const body = JSON.stringify(envelope);

        const startedAt = process.cpuUsage();
        const read = readWebhookCall({ body, isBase64Encoded: false, contentType: text });
        expect(read.outcome).toBe('malformed');
        expect(busyMs(startedAt)).toBeLessThan(PATIENCE_MS);
      }
    }
  });
});

describe('shapes built to be slow to walk', () => {
  const many = (entry: (at: number) => string, bytes = 1_000_000) => {
    const entries: string[] = [];
    for (let size = 0; size < bytes; size += entries.at(-1)!.length + 1) {
      entries.push(entry(entries.length));
    }
    return entries.join(',');
  };

  it.each([
    ['tags', `"event":"unsubscribed","tags":[${many((at) => `"t${at}"`)}]`],
    ['keys', many((at) => `"k${at}":0`)],
    ['keys in turned order', many((at) => `"${1_000_000 - at}":0`)],
    ['keys that differ at their ends', many((at) => `"${'k'.repeat(2_000)}${at}":0`)],
    ['headers', `"message":{"headers":{${many((at) => `"Message-id${at}":""`)}}}`],
    ['empty lists', `"storage":[${many(() => '[]')}]`],
    ['lists in lists', `"storage":[${many(() => '[[[[[[[[]]]]]]]]')}]`],
    ['variables', `"user-variables":{${many((at) => `"v${at}":""`)}}`],
    ['numbers that grow', `"storage":[${many(() => '1e20')}]`],
  ])('such as 1 MiB of %s are recorded in time', async (_what, fields) => {
    const { recordEvents, events, suppressions } = await aRecorder();
    const { body, ...record } = aRecord({});
    const ours = JSON.stringify(ourEvent()).slice(0, -1);
    const raw = body.replace('"eventData":{}', () => `"eventData":${ours},${fields}}`);

    const startedAt = process.cpuUsage();
    expect(await recordEvents([{ ...record, body: raw }])).toEqual([]);
    expect(busyMs(startedAt)).toBeLessThan(2 * PATIENCE_MS);
    expect(events.rows.size).toBe(1);
    // A table item holds 400 KB: no number of tags may make one that can't be stored.
    for (const { tags = [] } of suppressions.entries.values()) {
      expect(tags.length).toBeLessThanOrEqual(20);
    }
  });
});
