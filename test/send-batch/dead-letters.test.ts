import { aSendRequest, recipients } from '../support/builders/send-requests';
import { Sending } from './sending-fixture';

let sending: Sending;

beforeEach(() => {
  sending = new Sending();
});

const letterFor = async (body: string) => {
  expect(await sending.sendBody(body)).toEqual({ disposition: 'done' });
  expect(sending.gateway.calls).toHaveLength(0);
  expect(sending.letters).toHaveLength(1);
  expect(sending.letters[0]?.body).toBe(body);
  return sending.letters[0];
};

it.each([
  ['{"version":1', 'malformed-json', /12 characters/],
  ['', 'malformed-json', /0 characters/],
  ['null', 'malformed-request', /expected object/],
  [
    JSON.stringify({ ...aSendRequest(), version: 2 }),
    'unsupported-version',
    /received 2, expected 1/,
  ],
  [JSON.stringify({ ...aSendRequest(), accountId: 'a b' }), 'malformed-request', /^accountId: /],
  [
    JSON.stringify({ ...aSendRequest(), recipients: [] }),
    'malformed-request',
    /^recipients: .*at least 1/,
  ],
  [
    JSON.stringify({ ...aSendRequest(), recipients: recipients(1001) }),
    'malformed-request',
    /^recipients: .*1001.*at most 1000/,
  ],
  [JSON.stringify({ ...aSendRequest(), surprise: 1 }), 'malformed-request', /surprise/],
  [
    JSON.stringify({ ...aSendRequest(), domain: 'other.example.com' }),
    'unknown-domain',
    /received other.example.com, configured are mg.example.com/,
  ],
  [
    JSON.stringify({ ...aSendRequest(), domain: 'constructor' }),
    'unknown-domain',
    /received constructor/,
  ],
])('gives %# up with its reason', async (body, code, reason) => {
  const letter = await letterFor(body);

  expect(letter?.code).toBe(code);
  expect(letter?.reason).toMatch(reason);
  expect(sending.types).toEqual(['batch.deadLettered']);
});

it('gives up what is nested to exhaust whoever walks it', async () => {
  const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
  const body = JSON.stringify(aSendRequest()).replace(
    '"subject"',
    `"template":{"name":"t","variables":{"deep":${deep}}},"subject"`,
  );

  expect((await letterFor(body))?.reason).toMatch(/nested more than 32 deep/);
});

it('takes an empty name or reference for none', async () => {
  await sending.send(
    aSendRequest({ recipients: [{ email: 'ada@example.com', name: '', ref: '' }] }),
  );

  expect(sending.letters).toEqual([]);
  expect(sending.gateway.calls[0]?.fields).toMatchObject({ to: 'ada@example.com' });
  expect(sending.gateway.calls[0]?.fields).not.toHaveProperty('v:ref');
});

const withMessage = (over: object) =>
  JSON.stringify(aSendRequest({ message: { ...aSendRequest().message, ...over } }));

it.each([
  [
    'too-many-tags',
    { tags: ['a', 'b', 'c', 'd'] },
    /received 4 tags, allowed are 3 \(1 too many\)/,
  ],
  [
    'schedule-too-far',
    { deliverAt: '2026-11-27T12:00:00Z' },
    /received a time 96\.0 hours ahead, allowed are 72 \(24\.0 too many\)/,
  ],
  [
    'options-too-large',
    {
      headers: Object.fromEntries(
        Array.from({ length: 20 }, (_unused, i) => [`X-Long-${i}`, 'x'.repeat(900)]),
      ),
    },
    /received \d+ bytes, allowed are 16384 \(\d+ too many\)/,
  ],
])('says which limit a message passes and by how much: %s', async (code, over, reason) => {
  const letter = await letterFor(withMessage(over));

  expect(letter?.code).toBe(code);
  expect(letter?.reason).toMatch(reason);
});

it('counts options with the longest path a split could need', async () => {
  const headersOf = (last: number) => ({
    headers: Object.fromEntries(
      Array.from({ length: 17 }, (_unused, i) => [`X-Long-${i}`, 'x'.repeat(i < 16 ? 960 : last)]),
    ),
  });
  const fits = async (last: number) => {
    const attempt = new Sending();
    attempt.gateway.script = ({ addresses }) =>
      addresses.length > 1 && addresses.includes('r0@example.com')
        ? { outcome: 'addressRefused', reason: '400' }
        : { outcome: 'taken', messageId: 'x@y' };
    const message = { ...aSendRequest().message, ...headersOf(last) };
    await attempt.sendUntilDone(aSendRequest({ message, recipients: recipients(1000) }));
    return { refused: attempt.letters.length > 0, calls: attempt.gateway.calls.length };
  };
  let last = 998;
  while ((await fits(last)).refused && last > 0) last -= 1;

  expect(last).toBeGreaterThan(0);
  expect(await fits(last)).toEqual({ refused: false, calls: 21 });
  expect(await fits(last + 1)).toEqual({ refused: true, calls: 0 });
});

it('names five problems and counts the rest', async () => {
  const bad = Array.from({ length: 9 }, () => ({ email: 'ada@example.com', surname: 'Lovelace' }));
  const letter = await letterFor(JSON.stringify({ ...aSendRequest(), recipients: bad }));

  expect(letter?.reason.split('; ')).toHaveLength(6);
  expect(letter?.reason).toMatch(/and 4 more$/);
});

it('takes another content under a known batch id for a conflict', async () => {
  await sending.send(aSendRequest());
  await sending.send(aSendRequest({ recipients: recipients(2) }));

  expect(sending.letters).toMatchObject([{ code: 'batch-conflict' }]);
  expect(sending.gateway.calls).toHaveLength(1);
});

it('takes the same content in another order of keys, or with another progress note, for the same', async () => {
  const request = aSendRequest();
  await sending.send(request);
  const turned = Object.fromEntries(Object.entries(request).reverse());

  await sending.sendBody(JSON.stringify(turned));
  await sending.send({ ...request, campaign: { expectedRecipients: 9 } });

  expect(sending.letters).toEqual([]);
  expect(sending.gateway.calls).toHaveLength(1);
});

it('gives up a batch that killed five workers, and lets a redrive try it five times more', async () => {
  const killed = new Error('the worker is dead');
  const end = sending.ledger.end.bind(sending.ledger);
  sending.suppressions = { suppressedAmong: () => Promise.reject(killed) };
  sending.ledger.end = () => Promise.reject(killed);
  for (let worker = 0; worker < 5; worker += 1) {
    await expect(sending.send(aSendRequest())).rejects.toBe(killed);
    await expect(sending.send(aSendRequest())).rejects.toBe(killed);
    sending.nowMs += 120_000;
  }
  expect(sending.letters).toEqual([]);

  sending.ledger.end = end;
  await sending.send(aSendRequest());
  expect(sending.letters).toMatchObject([{ code: 'poison' }]);
  await expect(sending.send(aSendRequest())).rejects.toBe(killed);
  expect(sending.letters).toHaveLength(1);
});

it('does not take a fault it survives for poison', async () => {
  sending.suppressions = { suppressedAmong: () => Promise.reject(new Error('throttled')) };
  for (let round = 0; round < 20; round += 1) {
    await expect(sending.send(aSendRequest())).rejects.toThrow('throttled');
  }

  expect(sending.letters).toEqual([]);
});

it('gives up a batch before the records of what was sent of it expire', async () => {
  sending.gateway.script = () => ({ outcome: 'notSent', network: true, reason: 'ENOTFOUND' });
  await sending.send(aSendRequest());
  sending.nowMs += 76 * 86_400_000;
  sending.sentAtMs = sending.nowMs;
  await sending.send(aSendRequest());
  expect(sending.letters).toEqual([]);

  sending.nowMs += 60_000;
  await sending.send(aSendRequest());

  expect(sending.letters).toMatchObject([{ code: 'batch-too-old' }]);
  expect(sending.gateway.calls).toHaveLength(2);
});
