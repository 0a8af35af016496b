import type { Answer } from '../../lambdas/core/submission/answer';
import { addressOf, batches } from '../support/fault-harness/campaigns';
import { report } from '../support/fault-harness/fault-table';
import { fault5xx, refusal, silence, type Behaviour } from '../support/fault-harness/model-mailgun';
import { play, type Parts } from '../support/fault-harness/verdict';
import {
  DOMAIN,
  HOUR_MS,
  MINUTE_MS,
  START_MS,
  World,
  type WorldSettings,
} from '../support/fault-harness/world';

const enqueue = (world: World, count: number, each: number) => {
  for (const request of batches(count, each)) world.enqueue(request);
};

/** Answers the first calls in a way of their own. */
const first = (count: number, behaviour: Behaviour) => (world: World) => {
  enqueue(world, 2, 4);
  world.mailgun.script = ({ number }) => (number <= count ? behaviour : undefined);
};

const ALL: Parts = { accepted: 8 };
const ONE_AT_A_TIME: Partial<WorldSettings> = { fleet: { workers: 1 } };

const limit = (kind: string, wait: string): Behaviour =>
  refusal(429, `Domain ${DOMAIN} is not allowed to send: ${kind} limit exceeded${wait}`);
const httpDate = (atMs: number) => new Date(atMs).toUTCString().replace('GMT', 'UTC');
const success = (body: string): Answer => ({ status: 200, headers: {}, body });

describe('a limit that names a time', () => {
  it.each([
    [1, 'request'],
    [2, 'recipient'],
    [2, 'bytes'],
  ])(
    'row %i: of the %s kind holds the domain until then, and halves its rate',
    async (row, kind) => {
      const untilMs = START_MS + 2 * HOUR_MS;
      const { world, wrong } = await play(
        { ...ONE_AT_A_TIME, governor: { recipientsPerSecond: 100 } },
        first(1, limit(kind, `, try again after ${httpDate(untilMs)}`)),
        ALL,
      );

      expect(wrong).toEqual([]);
      expect(world.mailgun.calls).toHaveLength(3);
      expect(world.mailgun.calls[1]!.atMs).toBeGreaterThanOrEqual(untilMs);
      expect(world.mailgun.calls[2]!.atMs).toBeLessThan(untilMs + MINUTE_MS);
      expect(world.types).toEqual(['domain.held', 'domain.released']);
      expect((await world.breaker.read(DOMAIN, START_MS)).faults).toBe(0);
      report({
        row,
        fault: `429 ${kind} limit with a date`,
        injections: 1,
        outcome: 'held to the date, sent once',
      });
    },
  );

  it('row 1: halves the rate once, however many workers met it', async () => {
    const world = new World({ governor: { recipientsPerSecond: 100 }, fleet: { workers: 8 } });
    enqueue(world, 8, 4);
    world.mailgun.script = ({ atMs }) =>
      atMs < START_MS + 5_000
        ? limit('request', `, try again after ${httpDate(START_MS + 10 * MINUTE_MS)}`)
        : undefined;
    await world.run(MINUTE_MS);

    const { recipientsPerSecond } = await world.governor.read(DOMAIN, START_MS + 3_000);
    expect(world.mailgun.calls.length).toBeGreaterThan(1);
    expect(recipientsPerSecond).toBeGreaterThanOrEqual(50);
    expect(recipientsPerSecond).toBeLessThan(56);
  });
});

it.each([
  ['no date', ''],
  ['a date that has passed', `, try again after ${httpDate(START_MS - HOUR_MS)}`],
  ['a date in ten years', `, try again after ${httpDate(START_MS + 87_600 * HOUR_MS)}`],
  ['no readable date', ', try again after the rain'],
])('row 3: a limit with %s waits for a bounded, growing time of our own', async (what, wait) => {
  const { world, wrong } = await play(ONE_AT_A_TIME, first(9, limit('request', wait)), ALL);

  const times = world.mailgun.calls.map(({ atMs }) => atMs);
  const gaps = times.slice(1, 10).map((atMs, index) => atMs - times[index]!);
  expect(wrong).toEqual([]);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(500);
  expect(Math.max(...gaps)).toBeLessThanOrEqual(31 * MINUTE_MS);
  report({
    row: 3,
    fault: `429 with ${what}`,
    injections: 9,
    outcome: 'bounded back-off, sent once',
  });
});

describe('an outcome nobody knows', () => {
  const unknown = { sent: 'unknown', code: 'ECONNRESET' } as const;
  it.each([
    [4, 'a 500 before acceptance', fault5xx(false)],
    [5, 'a 500 after acceptance', fault5xx(true)],
    [7, 'a reset before Mailgun had it all', silence(false, unknown)],
    [7, 'a reset after Mailgun had it all', silence(true, unknown)],
    [8, 'no answer, not taken', silence(false)],
    [8, 'no answer, taken', silence(true)],
    [9, 'an empty 200, taken', silence(true, success(''))],
    [9, 'an empty 200, not taken', silence(false, success(''))],
    [9, 'a truncated 200', silence(true, success('{"id": "<abc'))],
    [9, 'a page behind a 200', silence(false, success('<html>Welcome</html>'))],
    [9, 'a 502 of a proxy, taken', fault5xx(true, 502)],
  ])('row %i: %s is settled by evidence, each mailed once', async (row, what, behaviour) => {
    const { world, wrong } = await play(ONE_AT_A_TIME, first(1, behaviour), ALL);
    const again = world.mailgun.calls
      .slice(1)
      .find(({ addresses }) =>
        addresses.some((address) => world.mailgun.calls[0]!.addresses.includes(address)),
      );

    expect(wrong).toEqual([]);
    expect(world.fleet.casualties.timeout).toBe(0);
    if (behaviour.taken) expect(again).toBeUndefined();
    else expect(again!.atMs).toBeGreaterThan(START_MS + 30 * MINUTE_MS);
    const outcome = behaviour.taken ? 'found among the events' : 'absent after 30 min, sent once';
    report({ row, fault: what, injections: 1, outcome });
  });

  it('is listed as such until it is settled', async () => {
    const world = new World(ONE_AT_A_TIME);
    first(1, fault5xx(false))(world);
    await world.run(20 * MINUTE_MS);

    const books = await world.ledger.readBatch({ ...world.requests[0]!, batchId: '000001' });
    const other = await world.ledger.readBatch({ ...world.requests[0]!, batchId: '000002' });
    expect([books, other].map((one) => one!.submissions[0]!.state).sort()).toEqual([
      'accepted',
      'inDoubt',
    ]);
  });
});

it.each(['ENOTFOUND', 'ECONNREFUSED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
  'row 6: %s is retried with jitter, and the breaker counts it',
  async (code) => {
    const behaviour = silence(false, { sent: 'notSent', code });
    const { world, wrong } = await play(ONE_AT_A_TIME, first(3, behaviour), ALL);

    expect(wrong).toEqual([]);
    expect(world.mailgun.calls).toHaveLength(5);
    const counted = await world.breaker.read(DOMAIN, world.mailgun.calls[2]!.atMs);
    expect(counted.faults).toBeGreaterThan(0);
    report({ row: 6, fault: code, injections: 3, outcome: 'retried, sent once' });
  },
);

it('row 10: an id that is not ours is kept beside ours', async () => {
  const answer = success(JSON.stringify({ id: '<20260203.1@mg.example.com>' }));
  const { world, wrong } = await play(ONE_AT_A_TIME, first(1, silence(true, answer)), ALL);

  expect(wrong).toEqual([]);
  const ids = [...world.messageIndex.entries.keys()];
  expect(ids).toContain('20260203.1@mg.example.com');
  expect(ids).toContain(world.mailgun.calls[0]!.messageId);
  report({
    row: 10,
    fault: '200 with another id',
    injections: 1,
    outcome: 'both ids lead to the batch',
  });
});

it('row 11: one bad address of 1,000 is found with at most 20 more calls', async () => {
  const { world, wrong } = await play(
    ONE_AT_A_TIME,
    (staged) => {
      enqueue(staged, 1, 1_000);
      staged.mailgun.badAddresses.add(addressOf(0, 617));
    },
    { accepted: 999, invalid: 1 },
  );

  expect(wrong).toEqual([]);
  expect(world.mailgun.calls.length - 1).toBeLessThanOrEqual(20);
  report({
    row: 11,
    fault: 'a bad address in 1,000',
    injections: 1,
    outcome: `${world.mailgun.calls.length - 1} more calls, 999 mailed once, 1 invalid`,
  });
});

it('row 12: refused content pauses the campaign and is not bisected', async () => {
  const { world, wrong } = await play({ fleet: { workers: 3 } }, (staged) => {
    enqueue(staged, 10, 4);
    staged.mailgun.script = () => refusal(400, 'template "spring" not found');
  });

  expect(wrong).toEqual([]);
  expect(world.mailgun.calls.length).toBeLessThanOrEqual(3);
  expect(world.types).toEqual(['campaign.paused']);
  expect(world.parked.bodies.length).toBe(10 - world.mailgun.calls.length);
  report({
    row: 12,
    fault: '400 for the content',
    injections: world.mailgun.calls.length,
    outcome: `${world.mailgun.calls.length} calls by 3 workers, then paused and parked`,
  });
});

it.each([
  ['a revoked key', refusal(401, 'Forbidden')],
  ['a disabled domain', refusal(403, `Domain ${DOMAIN} is not allowed to send: disabled`)],
])(
  'row 13: %s blocks the domain, parks its batches, and loses nothing',
  async (what, behaviour) => {
    let calls = 0;
    let parked = 0;
    const { world, wrong } = await play(
      { fleet: { workers: 5 } },
      (staged) => {
        enqueue(staged, 20, 4);
        staged.mailgun.script = ({ atMs }) =>
          atMs < START_MS + 5 * HOUR_MS ? behaviour : undefined;
        staged.later(5 * HOUR_MS, () => {
          calls = staged.mailgun.calls.length;
          parked = staged.parked.bodies.length;
          return staged.unblock();
        });
      },
      { accepted: 80 },
    );

    expect(wrong).toEqual([]);
    expect(calls).toBeLessThanOrEqual(5);
    expect(parked).toBe(20);
    expect(world.types).toEqual(['domain.blocked']);
    expect(world.deadLetters.letters).toEqual([]);
    report({
      row: 13,
      fault: what,
      injections: calls,
      outcome: `${calls} calls, 1 notification, 20 parked, all sent once after unblocking`,
    });
  },
);

it('row 14: a cap on batches splits them, is remembered and grows back', async () => {
  const { world, wrong } = await play(
    ONE_AT_A_TIME,
    (staged) => {
      enqueue(staged, 3, 100);
      staged.mailgun.script = ({ addresses }) =>
        addresses.length > 30
          ? refusal(403, `Domain ${DOMAIN} is not allowed to send large batches yet`)
          : undefined;
    },
    { accepted: 300 },
  );
  const refusals = world.mailgun.calls.filter(({ addresses }) => addresses.length > 30).length;

  expect(wrong).toEqual([]);
  expect(refusals).toBe(2);
  expect((await world.controls.domain(DOMAIN)).recipientCap).toBe(25);
  world.scheduler.nowMs += 6 * HOUR_MS + MINUTE_MS;
  expect((await world.controls.domain(DOMAIN)).recipientCap).toBe(50);
  report({
    row: 14,
    fault: '403 large batches',
    injections: refusals,
    outcome: `${refusals} refusals for 3 batches, 300 mailed once, the cap doubles in 6 h`,
  });
});

it('row 15: what is too large is halved; one recipient that is too large is refused', async () => {
  const giant = addressOf(0, 3);
  const { world, wrong } = await play(
    ONE_AT_A_TIME,
    (staged) => {
      enqueue(staged, 1, 16);
      staged.mailgun.script = ({ addresses }) =>
        addresses.includes(giant) ? refusal(413, 'Request Entity Too Large') : undefined;
    },
    { accepted: 15, refused: 1 },
  );

  expect(wrong).toEqual([]);
  expect((await world.controls.domain(DOMAIN)).recipientCap).toBeUndefined();
  report({ row: 15, fault: '413', injections: 5, outcome: 'halved; 15 mailed once, 1 refused' });
});
