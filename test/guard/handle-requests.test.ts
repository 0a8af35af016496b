import { TransientError } from '../../lambdas/core/errors';
import { evaluate, Guard, MINUTE_MS, NOW_MS, spring } from './a-guard';

let guard: Guard;

beforeEach(() => {
  guard = new Guard();
});

describe('a request', () => {
  it('that comes sooner than 15 s after the last evaluation is hidden until then', async () => {
    await guard.accept(1_000);
    await guard.serve(evaluate());
    guard.nowMs += 4_500;
    await guard.accept(1_000, { bounced: 200 });

    expect(await guard.serve(evaluate(spring, guard.nowMs))).toBe(false);
    expect(guard.hidden).toEqual([11]);
    expect(await guard.standing()).toBe('active');

    guard.nowMs = NOW_MS + 15_000;
    expect(await guard.serve(evaluate(spring, NOW_MS + 4_500))).toBe(true);
    expect(await guard.standing()).toBe('paused');
  });

  it('is done where an evaluation began after what it is about, by more than clocks differ', async () => {
    await guard.accept(1_000);
    await guard.serve(evaluate());
    const reads = jest.spyOn(guard.books, 'read');

    expect(await guard.serve(evaluate(spring, NOW_MS - 2_000))).toBe(true);
    expect(await guard.serve(evaluate(spring, NOW_MS - 1_999))).toBe(false);
    guard.nowMs += 15_000;
    expect(await guard.serve(evaluate(spring, NOW_MS - 2_000))).toBe(true);
    expect(reads).not.toHaveBeenCalled();
    expect(await guard.serve(evaluate(spring, NOW_MS - 1_999))).toBe(true);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('leaves an evaluation that took long three times as long to rest', async () => {
    const { read } = guard.books;
    guard.books.read = (campaign) => {
      guard.nowMs += 20_000;
      return read.call(guard.books, campaign);
    };
    await guard.serve(evaluate());
    guard.nowMs = NOW_MS + 20_000 + 59_999;

    expect(await guard.serve(evaluate())).toBe(false);
    guard.nowMs += 1;
    expect(await guard.serve(evaluate())).toBe(true);
  });

  it('waits for an evaluation under way, and not for ever for one that died', async () => {
    const subject = { subject: 'campaign', campaign: spring } as const;
    const seen = await guard.records.read(subject);
    await guard.records.claim(subject, seen, { token: 'dead', untilMs: NOW_MS + 130_000 });
    await guard.accept(1_000, { bounced: 60 });

    expect(await guard.serve(evaluate())).toBe(false);
    expect(guard.hidden).toEqual([15]);
    guard.nowMs += 130_000;
    expect(await guard.serve(evaluate())).toBe(true);
    expect(await guard.standing()).toBe('paused');
  });

  it('is not held up by a time that a wrong clock wrote', async () => {
    const subject = { subject: 'campaign', campaign: spring } as const;
    const seen = await guard.records.read(subject);
    await guard.records.claim(subject, seen, { token: 'ahead', untilMs: NOW_MS + 3_600_000 });

    expect(await guard.serve(evaluate())).toBe(true);
  });

  it('that two workers get at once is evaluated by one of them', async () => {
    await guard.accept(1_000, { bounced: 60 });

    const served = await Promise.all([guard.serve(evaluate()), guard.serve(evaluate())]);

    expect([...served].sort()).toEqual([false, true]);
    expect(guard.told).toEqual(['campaign.paused spring-sale']);
    expect(await guard.accounts.pauses('acme', 0)).toHaveLength(1);
  });

  it('that meets a fault comes back, later each time, and blocks nobody meanwhile', async () => {
    const fault = new TransientError('could not read the batches: ThrottlingException');
    const read = jest.spyOn(guard.books, 'read').mockImplementation(() => {
      throw fault;
    });

    for (const receives of [1, 2, 3, 50]) {
      expect(await guard.serve(evaluate(), receives)).toBe(false);
      guard.nowMs += 1_000;
    }

    expect(guard.hidden).toEqual([5, 10, 20, 600]);
    expect(guard.log.withCode('guard-fault')[0]?.fields['error']).toBe(
      'TransientError: could not read the batches: ThrottlingException',
    );
    read.mockRestore();
    expect(await guard.serve(evaluate())).toBe(true);
  });

  it('that meets a fault nobody foresaw is logged by its name only', async () => {
    jest.spyOn(guard.books, 'read').mockImplementation(() => {
      throw new SyntaxError('ada@example.com');
    });

    expect(await guard.serve(evaluate())).toBe(false);

    expect(guard.log.withCode('guard-fault')[0]?.fields['error']).toBe('SyntaxError');
    expect(guard.log.text).not.toContain('ada@');
  });

  it('that can’t be hidden comes back all the same', async () => {
    await guard.serve(evaluate());
    const queue = { hide: () => Promise.reject(new TransientError('receipt expired')) };
    const body = '{"version":1,"accountId":"acme","campaignId":"spring-sale"}';

    expect(await guard.serveBody(body, 1, { ...guard.handling, queue })).toBe(false);
    expect(guard.log.withCode('guard-not-hidden')).toHaveLength(1);
  });

  it.each(['{"version":2}', '{', '{"version":1,"accountId":"ada@example.com"}'])(
    'that nobody can read is a dead letter at once: %s',
    async (body) => {
      expect(await guard.serveBody(body)).toBe(true);

      expect(guard.deadLetters.letters).toMatchObject([{ body, code: 'malformed-guard-request' }]);
    },
  );
});

it('keeps nothing of an evaluation that was so slow that another one began', async () => {
  await guard.accept(1_000, { bounced: 60 });
  const { read } = guard.books;
  const subject = { subject: 'campaign', campaign: spring } as const;
  let isOvertaken = false;
  guard.books.read = async function* (campaign) {
    if (!isOvertaken) {
      isOvertaken = true;
      guard.nowMs += 3 * MINUTE_MS;
      const seen = await guard.records.read(subject);
      await guard.records.claim(subject, seen, { token: 'other', untilMs: guard.nowMs + 1 });
    }
    yield* read.call(guard.books, campaign);
  };

  expect(await guard.serve(evaluate())).toBe(false);
  expect([await guard.standing(), guard.told]).toEqual(['active', []]);
  guard.nowMs += 1_000;
  expect(await guard.serve(evaluate())).toBe(true);
  expect(guard.told).toEqual(['campaign.paused spring-sale']);
});
