import { PermanentError, TransientError } from '../../../lambdas/core/errors';
import {
  createConsumer,
  DONE,
  doubling,
  type Consuming,
  type ReceivedMessage,
} from '../../../lambdas/core/queue/consumer';
import { InMemoryDeadLetters } from '../../support/fakes/in-memory-dead-letters';
import { RecordingLog } from '../../support/fakes/recording-log';

const NOW_MS = 1_700_000_000_000;
const DEADLINE_MS = NOW_MS + 30_000;

const aMessage = (change: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  ...{ messageId: 'm', body: 'ada@example.com', receipt: 'r', receives: 1, sentAtMs: NOW_MS },
  ...change,
});

/** A queue with a consumer of things, which does as the test says. */
class ThingQueue {
  readonly hidden: [receipt: string, seconds: number][] = [];
  readonly deadLetters = new InMemoryDeadLetters();
  readonly log = new RecordingLog();
  hasDeadLetters = true;
  hideFault: Error | undefined;
  nowMs = NOW_MS;

  consume(work: Consuming['work'], messages = [aMessage()]) {
    const consume = createConsumer({
      name: 'thing',
      work,
      faultDelayMs: (receives) => receives * 1_000,
      queue: {
        hide: (receipt, seconds) => {
          this.hidden.push([receipt, seconds]);
          return this.hideFault === undefined ? Promise.resolve() : Promise.reject(this.hideFault);
        },
      },
      ...(this.hasDeadLetters && { deadLetters: this.deadLetters }),
      clock: () => this.nowMs,
      log: this.log,
    });
    return consume(messages, DEADLINE_MS);
  }
}

let things: ThingQueue;

beforeEach(() => {
  things = new ThingQueue();
});

const waitUntil = (untilMs: number) => () =>
  Promise.resolve({ disposition: 'wait', untilMs } as const);
const failWith = (fault: Error) => () => Promise.reject(fault);

describe('a message', () => {
  it('goes when it is done', async () => {
    expect(await things.consume(() => Promise.resolve(DONE))).toEqual([]);
    expect([things.hidden, things.log.lines]).toEqual([[], []]);
  });

  it('is worked on after the one before it, until the deadline', async () => {
    const seen: unknown[] = [];
    const messages = ['a', 'b', 'c'].map((messageId) =>
      aMessage({ messageId, receipt: messageId }),
    );

    const kept = await things.consume(async ({ messageId }, deadlineMs) => {
      seen.push(['begins', messageId, deadlineMs]);
      await Promise.resolve();
      seen.push(['ends', messageId]);
      return messageId === 'b' ? { disposition: 'wait', untilMs: NOW_MS + 7_000 } : DONE;
    }, messages);

    expect(kept).toEqual(['b']);
    expect(things.hidden).toEqual([['b', 7]]);
    expect(seen).toEqual(
      ['a', 'b', 'c'].flatMap((id) => [
        ['begins', id, DEADLINE_MS],
        ['ends', id],
      ]),
    );
  });

  it.each([
    ['until then', 60_000, 60],
    ['to the whole second after', 60_001, 61],
    ['for a second at least', -5_000, 1],
    ['for as long as a queue can', 86_400_000, 42_600],
  ])('that must wait is hidden %s', async (_how, waitMs, seconds) => {
    expect(await things.consume(waitUntil(NOW_MS + waitMs))).toEqual(['m']);
    expect(things.hidden).toEqual([['r', seconds]]);
  });

  it('is hidden from the end of its work on', async () => {
    await things.consume(() => {
      things.nowMs += 20_000;
      return waitUntil(NOW_MS + 60_000)();
    });

    expect(things.hidden).toEqual([['r', 40]]);
  });

  it('that can not be hidden stays all the same', async () => {
    things.hideFault = new RangeError('ada@example.com is no receipt');

    expect(await things.consume(waitUntil(NOW_MS))).toEqual(['m']);
    expect(things.log.lines).toMatchObject([
      {
        level: 'warn',
        fields: { code: 'thing-not-hidden', messageId: 'm', error: 'RangeError' },
      },
    ]);
  });
});

describe('a fault', () => {
  it('hides its message by its receives, and is named without what it was about', async () => {
    const messages = [
      aMessage({ messageId: 'a', receives: 4 }),
      aMessage({ messageId: 'b', receives: 9 }),
    ];

    expect(await things.consume(failWith(new SyntaxError('ada@')), messages)).toEqual(['a', 'b']);
    expect(things.hidden.map(([, seconds]) => seconds)).toEqual([4, 9]);
    expect(things.log.withCode('thing-fault')).toMatchObject([
      { level: 'error', fields: { messageId: 'a', error: 'SyntaxError' } },
      { fields: { messageId: 'b' } },
    ]);
    expect(things.log.text).not.toContain('ada@');
  });

  it.each([
    [15 * 60_000, false],
    [15 * 60_000 + 1, true],
  ])('of a message that has waited for %d ms is late: %s', async (ageMs, late) => {
    await things.consume(failWith(new Error('away')), [aMessage({ sentAtMs: NOW_MS - ageMs })]);

    expect(things.log.withCode('thing-fault')).toMatchObject([{ fields: { late } }]);
  });

  it('of ours is named with its text', async () => {
    await things.consume(failWith(new TransientError('the table is away')));

    expect(things.log.withCode('thing-fault')[0]?.fields.error).toBe(
      'TransientError: the table is away',
    );
  });

  it('of work that throws at once is one like any other', async () => {
    const kept = await things.consume(() => {
      throw new TransientError('at once');
    });

    expect([kept, things.hidden]).toEqual([['m'], [['r', 1]]]);
  });
});

describe('what can never succeed', () => {
  const hopeless = failWith(new PermanentError('malformed-thing', 'expected a thing'));

  it('is a dead letter at once, with its reason', async () => {
    expect(await things.consume(hopeless)).toEqual([]);
    expect(things.deadLetters.letters).toStrictEqual([
      { body: 'ada@example.com', code: 'malformed-thing', reason: 'expected a thing' },
    ]);
    expect(things.hidden).toEqual([]);
    expect(things.log.lines).toEqual([
      {
        ...{ level: 'error', message: 'message dead-lettered' },
        fields: {
          ...{ code: 'thing-dead-lettered', messageId: 'm' },
          ...{ reasonCode: 'malformed-thing', reason: 'expected a thing' },
        },
      },
    ]);
  });

  it('keeps the message group it came with', async () => {
    await things.consume(hopeless, [aMessage({ groupId: 'acme' })]);

    expect(things.deadLetters.letters).toMatchObject([{ groupId: 'acme' }]);
  });

  it('stays while the dead letters do not take it', async () => {
    things.deadLetters.fault = new TransientError('the dead letters are away');

    expect(await things.consume(hopeless)).toEqual(['m']);
    expect(things.log.lines.map(({ fields }) => [fields.code, fields.error])).toEqual([
      ['thing-fault', 'TransientError: the dead letters are away'],
    ]);
  });

  it('is a fault like any other where there are no dead letters', async () => {
    things.hasDeadLetters = false;

    expect(await things.consume(hopeless)).toEqual(['m']);
    expect(things.log.withCode('thing-fault')[0]?.fields.error).toBe(
      'PermanentError: expected a thing',
    );
  });
});

it.each([
  [0, 5],
  [1, 5],
  [2, 10],
  [7, 320],
  [8, 600],
  [5_000, 600],
])('a delay that doubles is, after %i receives, %i s', (receives, seconds) => {
  expect(doubling({ baseSeconds: 5, longestSeconds: 600 })(receives)).toBe(seconds * 1_000);
});
